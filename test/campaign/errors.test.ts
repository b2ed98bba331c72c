/**
 * Every call on a file of a run, failed with every error that a disk, a quota, a limit or another program may give: the
 * command says so in one sentence, and gone on with, the run ends as if nothing had happened.
 */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onlyRun, outcomeOf, readCsv, temporaryFolder, withoutTimes } from '../end-to-end/program.ts';
import { callsIn, campaignTimeout, chosen, compileFaults, faultsAmong, shortRunYaml } from './campaign.ts';
import { faultsOf, type ServedProgram, serveProgram } from './served-program.ts';

const { folder, remove } = temporaryFolder();
const library = compileFaults(folder);
if (!library) console.warn('errors of files are not tested here: there is no C compiler, or no Linux');

const errors = [
  ...(['EDQUOT', 'EIO', 'EBUSY', 'ENOMEM', 'ENAMETOOLONG', 'ELOOP'] as const),
  ...(['ENOSPC', 'EACCES', 'EMFILE'] as const),
];
/** Calls at which something happens in the short form, of about 200. */
const sampled = 3;
const undisturbed = join(folder, 'undisturbed');
let [calls, program] = [[] as number[], undefined as unknown as ServedProgram];

const runIn = (out: string, ...more: string[]) => [
  ...['run', join(folder, 'tiny.yaml'), '--out', out, '--cache', join(folder, 'cache')],
  ...['--engine', 'onnx', '--quiet', ...more],
];
const faultsIn = (out: string, at: number, error = 0) => ({
  ...{ FAULT_UNDER: `${out}/`, FAULT_AT: `${at}`, FAULT_ERROR: `${error}` },
  ...{ FAULT_RUN: `${error}-${at}`, FAULT_READS: 'yes' },
});
const tablesOf = (out: string) =>
  JSON.stringify([outcomeOf(onlyRun(out)), withoutTimes(readCsv(join(out, 'runs.csv')))]);

beforeAll(async () => {
  if (!library) return;
  writeFileSync(join(folder, 'tiny.yaml'), shortRunYaml(join(folder, 'corpus')));
  program = serveProgram({ cwd: folder, env: { LD_PRELOAD: library } });
  const log = join(folder, 'calls');
  const { code, stderr } = await program.ask(runIn(undisturbed), {
    ...faultsIn(undisturbed, 0),
    FAULT_LOG: log,
  });
  expect([code, stderr]).toEqual([0, '']);
  calls = callsIn(log);
}, campaignTimeout);
afterAll(() => {
  program?.stop();
  remove();
});

/** @returns what was wrong; nothing where the run said what failed, and then ended as the undisturbed one */
async function faultsAt(at: number, error: number): Promise<string[]> {
  const out = join(folder, `${error}-${at}`);
  const failed = await program.ask(runIn(out), faultsIn(out, at, error));
  if (failed.code === 0 && faultsOf(failed).length === 0 && tablesOf(out) === tablesOf(undisturbed)) {
    rmSync(out, { recursive: true });
    return [];
  }
  const isBegun = existsSync(join(onlyRun(out), 'config.yaml'));
  const resumed = await program.ask(runIn(out, ...(isBegun ? ['--resume'] : [])));
  const isSame = resumed.code === 0 && tablesOf(out) === tablesOf(undisturbed);
  const faults = [
    ...faultsOf(failed),
    ...(/damaged/.test(failed.stderr) ? [`called damaged: ${failed.stderr}`] : []),
    ...(resumed.code === 0 ? [] : [`not gone on with: ${failed.stderr} then ${resumed.stderr}`]),
    ...(resumed.code !== 0 || isSame ? [] : ['another outcome']),
  ];
  if (faults.length === 0) rmSync(out, { recursive: true, force: true });
  return faults;
}

describe.runIf(library)('a call on a file of a run', () => {
  it('is counted: the campaign is of them all', () => {
    expect(calls.length).toBeGreaterThan(100);
  });

  it.each(errors)('may fail with %s', { timeout: campaignTimeout }, async (error) => {
    const number = constants.errno[error];
    const found = await faultsAmong(error, chosen(calls, sampled), (at) => faultsAt(at, number));
    // What a failure leaves open is the process's, and not the next one's.
    program.stop();
    expect(found).toEqual([]);
  });
});
