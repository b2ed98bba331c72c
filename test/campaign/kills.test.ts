/**
 * Commands that are killed: at every call that changes a file of theirs, and at any moment. Said again, each ends with the
 * tables of one that nobody disturbed; no row is lost, none is there twice, and nothing that was half written is counted.
 */
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/base/random.ts';
import { onlyRun, outcomeOf, readCsv, start, temporaryFolder, withoutTimes } from '../end-to-end/program.ts';
import { callsIn, campaignTimeout, chosen, compileFaults, faultsAmong, shortRunYaml } from './campaign.ts';
import { type Answer, faultsOf, type ServedProgram, serveProgram } from './served-program.ts';

const { folder, remove } = temporaryFolder();
const library = compileFaults(folder);
if (!library) console.warn('kills at file calls are not tested here: there is no C compiler, or no Linux');
const [config, experiment, weights] = ['tiny.yaml', 'study.yaml', 'hf'].map((name) => join(folder, name));
const engine = ['--cache', join(folder, 'cache'), '--engine', 'onnx'];
let program: ServedProgram;

interface Killed {
  /** What is killed, and then said again until it ends. */
  args(out: string): string[];
  /** What stands in for the command where the killed one had got so far that it refuses. */
  again?(out: string): string[];
  /** What must be there before. */
  before?(out: string): Promise<Answer>;
  /** How many calls are tried in the short form. */
  sampled: number;
  /** How long the command takes on an idle machine. */
  milliseconds: number;
}

const run = (out: string) => ['run', config!, '--out', out, '--quiet', ...engine];
const commands: Record<string, Killed> = {
  run: { args: run, again: (out) => [...run(out), '--resume'], sampled: 4, milliseconds: 1500 },
  import: {
    args: (out) => ['import', join(weights!, 'bert'), '--as', 'mine', '--out', out],
    again: (out) => ['report', out],
    ...{ sampled: 3, milliseconds: 900 },
  },
  sweep: {
    args: (out) => ['sweep', experiment!, '--out', out, '--quiet', ...engine],
    ...{ sampled: 2, milliseconds: 3000 },
  },
  report: {
    args: (out) => ['report', out],
    before: (out) => program.ask(run(out)),
    ...{ sampled: 2, milliseconds: 2000 },
  },
};
const undisturbed = (name: string) => join(folder, `${name}-undisturbed`);
const calls: Record<string, number[]> = {};

beforeAll(async () => {
  writeFileSync(config!, shortRunYaml(join(folder, 'corpus')));
  const arms = { longer: {}, shorter: { training: { steps: 2 }, optimiser: { warmupSteps: 2 } } };
  writeFileSync(experiment!, JSON.stringify({ claim: 'nothing', preset: config, seeds: [0], arms }));
  program = serveProgram({ cwd: folder, env: { CI: '' } });
  await program.ask(run(join(folder, 'source')));
  const source = onlyRun(join(folder, 'source'));
  await program.ask(['export', source, '--to', 'hf', '--out', weights!, '--cache', join(folder, 'cache')]);
  for (const [name, { args, before }] of Object.entries(commands)) {
    const [out, log] = [undisturbed(name), join(folder, `${name}-calls`)];
    await before?.(out);
    writeFileSync(log, '');
    const { ended } = start(args(out), { cwd: folder, env: faultIn(out, 0, log) });
    const { code, stderr } = await ended;
    expect([name, code, stderr]).toEqual([name, 0, '']);
    calls[name] = callsIn(log);
  }
}, campaignTimeout);
afterAll(() => {
  program?.stop();
  remove();
});

function faultIn(out: string, at: number, log = ''): Record<string, string> {
  if (!library) return {};
  const where = { LD_PRELOAD: library, FAULT_UNDER: `${out}/`, FAULT_AT: `${at}`, FAULT_ERROR: '0' };
  return log === '' ? where : { ...where, FAULT_LOG: log };
}

/** The tables of runs but for what a clock decided, and all weights. */
function contentOf(out: string): string {
  const tables = ['runs.csv', 'curves.csv', 'finetune.csv'];
  const runs = readdirSync(join(out, 'runs')).filter((name) => !name.startsWith('.'));
  return JSON.stringify([
    tables.map((name) => [name, withoutTimes(readCsv(join(out, name)))]),
    runs.sort().map((name) => [name, outcomeOf(join(out, 'runs', name)).weights]),
  ]);
}

/** Whatever was killed has left nothing behind in the end: neither a part of a file nor a lock. */
function leftIn(out: string): string[] {
  const names = readdirSync(out, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => /\.part(\/|$)|(^|\/)\.?(tables-)?lock(\/|$)/.test(name));
}

/** @returns what was wrong about what came after a kill */
async function faultsAfter(name: string, out: string): Promise<string[]> {
  const { args, again } = commands[name]!;
  const first = await program.ask(args(out));
  const second = first.code === 0 || !again ? first : await program.ask(again(out));
  if (second.code !== 0) return [`not gone on with: ${first.stderr} then ${second.stderr}`];
  const isSame = contentOf(out) === contentOf(undisturbed(name));
  const left = leftIn(out);
  return [
    ...faultsOf(second),
    ...(isSame ? [] : [`another outcome: ${contentOf(out)}`]),
    ...(left.length === 0 ? [] : [`left behind: ${left.join(', ')}`]),
  ];
}

async function faultsWhere(
  name: string,
  out: string,
  kill: (pid: number) => void,
  env: Record<string, string>,
): Promise<string[]> {
  const { args, before } = commands[name]!;
  await before?.(out);
  const { child, ended } = start(args(out), { cwd: folder, detached: true, env });
  kill(child.pid!);
  await ended;
  killGroup(child.pid!);
  const faults = await faultsAfter(name, out);
  if (faults.length === 0) rmSync(out, { recursive: true, force: true, maxRetries: 10 });
  return faults;
}

/** The processes that the killed one had started, too. */
function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // None is left.
  }
}

describe.runIf(library)('a command that is killed at a call that changes a file', () => {
  it.each(Object.keys(commands))('%s', { timeout: campaignTimeout }, async (name) => {
    expect(calls[name]!.length).toBeGreaterThan(50);
    const places = chosen(calls[name]!, commands[name]!.sampled);
    const found = await faultsAmong(`kills of ${name} at a file call`, places, (at) => {
      const out = join(folder, `${name}-${at}`);
      return faultsWhere(name, out, () => {}, faultIn(out, at));
    });
    expect(found).toEqual([]);
  });
});

it.runIf(library)(
  'an import that is killed at any rename is there whole, or not at all',
  {
    timeout: campaignTimeout,
  },
  async () => {
    const [out, log] = [join(folder, 'renames'), join(folder, 'renames-calls')];
    const only = { FAULT_ONLY: 'rename' };
    const { args } = commands.import!;
    expect(
      (await start(args(out), { cwd: folder, env: { ...faultIn(out, 0, log), ...only } }).ended).code,
    ).toBe(0);
    const found = await faultsAmong('kills of import at a rename', callsIn(log), (at) => {
      const killed = join(folder, `rename-${at}`);
      return faultsWhere('import', killed, () => {}, { ...faultIn(killed, at), ...only });
    });
    expect(found).toEqual([]);
  },
);

describe('a command that is killed at any moment', () => {
  const moments = Array.from({ length: 15 }, (_, i) => i);
  it.each(Object.keys(commands))('%s', { timeout: campaignTimeout }, async (name) => {
    const found = await faultsAmong(`kills of ${name} at random`, chosen(moments, 1), (i) => {
      const after = new RandomStream('kill', name, i).uniform() * commands[name]!.milliseconds;
      const kill = (pid: number) => setTimeout(() => killGroup(pid), after);
      return faultsWhere(name, join(folder, `${name}-at-random-${i}`), kill, {});
    });
    expect(found).toEqual([]);
  });
});
