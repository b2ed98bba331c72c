/**
 * Every call that changes a file of a run, killed or failed, one at a time: gone on with, the run ends as if nothing had
 * happened. Here at some calls; `FILE_FAULTS=all npx vitest run test/end-to-end/file-faults.test.ts` takes all of them.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { electraLab, onlyRun, outcomeOf, temporaryFolder, tinyRunYaml, writeCorpus } from './program.ts';

const { folder, remove } = temporaryFolder();
const [config, library] = [join(folder, 'tiny.yaml'), join(folder, 'file-faults.so')];
const source = fileURLToPath(new URL('../helpers/file-faults.c', import.meta.url));
const compiler = spawnSync('cc', ['-shared', '-fPIC', '-O1', '-o', library, source, '-ldl'], {
  encoding: 'utf8',
});
const canFail = process.platform === 'linux' && compiler.status === 0;
if (!canFail) console.warn(`file faults are not tested here: ${compiler.stderr || compiler.error?.message}`);

const isWhole = process.env.FILE_FAULTS === 'all';
/** Calls at which something happens, of about 150. */
const sampled = 6;
const errors = ['EIO', 'EDQUOT', 'ENOSPC', 'EACCES', 'EMFILE', 'EBUSY'] as const;
const unbroken = join(folder, 'unbroken');
let calls = 0;

const runIn = (out: string, ...more: string[]) => [
  ...['run', config, '--out', out, '--cache', join(folder, 'cache')],
  ...['--engine', 'onnx', '--threads', '1', ...more],
];

function failingAt(out: string, at: number, error = 0) {
  const log = join(folder, 'calls');
  const env = {
    LD_PRELOAD: library,
    FAULT_UNDER: `${out}/`,
    FAULT_AT: String(at),
    FAULT_ERROR: String(error),
  };
  return electraLab(runIn(out), { env: at === 0 ? { ...env, FAULT_LOG: log } : env });
}

beforeAll(async () => {
  if (!canFail) return;
  const training = { steps: 6, logEvery: 4, evaluateEvery: 0, checkpointEvery: 2 };
  writeFileSync(config, tinyRunYaml(writeCorpus(join(folder, 'corpus')), { training }));
  expect((await failingAt(unbroken, 0)).code).toBe(0);
  calls = readFileSync(join(folder, 'calls')).length;
});
afterAll(remove);

function placesOf(count: number): number[] {
  if (isWhole) return Array.from({ length: calls }, (_, i) => i + 1);
  return Array.from({ length: count }, (_, i) => 1 + Math.floor(((i + 0.5) * calls) / count));
}

/** @returns what was wrong about it; nothing where it ended as the unbroken one */
async function faultsAfter(out: string, stderr: string): Promise<string[]> {
  const stack = /\n {4}at /.test(stderr) ? [`a stack: ${stderr}`] : [];
  const isBegun = existsSync(join(onlyRun(out), 'config.yaml'));
  const resumed = await electraLab(runIn(out, ...(isBegun ? ['--resume'] : [])));
  if (resumed.code !== 0) return [...stack, `not gone on with: ${resumed.stderr}`];
  const isSame = JSON.stringify(outcomeOf(onlyRun(out))) === JSON.stringify(outcomeOf(onlyRun(unbroken)));
  return isSame ? stack : [...stack, 'another outcome'];
}

describe.runIf(canFail)('a call that changes a file of a run', () => {
  it('is counted: the campaign is of them all', () => {
    expect(calls).toBeGreaterThan(50);
  });

  it('may be the last of a process that is killed', { timeout: 3_600_000 }, async () => {
    const faults: string[] = [];
    for (const at of placesOf(sampled)) {
      const out = join(folder, `killed-${at}`);
      const { stderr } = await failingAt(out, at);
      faults.push(...(await faultsAfter(out, stderr)).map((fault) => `call ${at}: ${fault}`));
    }
    expect(faults).toEqual([]);
  });

  it.each(errors)('may fail with %s', { timeout: 3_600_000 }, async (error) => {
    const faults: string[] = [];
    for (const at of placesOf(1 + (errors.indexOf(error) % 2))) {
      const out = join(folder, `${error}-${at}`);
      const { stderr } = await failingAt(out, at, constants.errno[error]);
      faults.push(...(await faultsAfter(out, stderr)).map((fault) => `call ${at}: ${fault}`));
    }
    expect(faults).toEqual([]);
  });
});
