/** A sweep on a real Slurm: jobs that are killed or put back into the queue, and the same tables as on this machine. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasSlurm, type PrivateSlurm, startSlurm } from './private-slurm.ts';
import {
  type Ended,
  electraLab,
  readCsv,
  start,
  temporaryFolder,
  tinyRunYaml,
  until,
  withoutTimes,
  writeCorpus,
} from './program.ts';

const { folder, remove } = temporaryFolder();
const out = join(folder, 'out');
let slurm: PrivateSlurm;

if (!hasSlurm()) console.error('SKIPPED: sweeps on Slurm; install slurm-wlm and munge, as .ci/run does');

/** Two runs that share a first stage, one that takes another's generator, and one on its own. */
const experiment = {
  common: { extends: './tiny.yaml', generator: { size: 1, initialiseDiscriminator: false } },
  arms: {
    joint: {},
    bert: { regime: 'bert' },
    'two-stage': { regime: 'two-stage' },
    copied: { regime: 'two-stage', generator: { initialiseDiscriminator: true } },
    frozen: { regime: 'frozen-annealed', generatorFrom: 'bert' },
  },
};

beforeAll(async () => {
  if (!hasSlurm()) return;
  const training = { steps: 400, checkpointEvery: 10 };
  writeFileSync(join(folder, 'tiny.yaml'), tinyRunYaml(writeCorpus(join(folder, 'corpus')), { training }));
  writeFileSync(join(folder, 'few.yaml'), JSON.stringify(experiment));
  slurm = await startSlurm(join(folder, 'slurm'));
});
afterAll(async () => {
  await slurm?.stop();
  remove();
});

const places = (results: string) => ['--out', results, '--cache', join(folder, 'cache'), '--engine', 'onnx'];
const sweep = (results: string, ...more: string[]): Promise<Ended> =>
  electraLab(['sweep', join(folder, 'few.yaml'), ...places(results), ...more], { env: slurm.env });
const following = (results: string, ...more: string[]) => {
  const asked = [...places(results), '--launcher', 'slurm', '--wait', ...more];
  return start(['sweep', join(folder, 'few.yaml'), ...asked], { env: slurm.env });
};
const onSlurm = (...more: string[]) => sweep(out, '--launcher', 'slurm', '--time', '10', ...more);
const tables = ['runs.csv', 'curves.csv', 'finetune.csv', 'summary.csv'];
const tablesOf = (results: string) => tables.map((name) => withoutTimes(readCsv(join(results, name))));

/** The submission's folder, its cells' run ids by name, and Slurm's names for them. */
function submitted(number: string) {
  const own = join(out, 'slurm', 'few', number);
  const lines = readFileSync(join(own, 'cells.txt'), 'utf8').trimEnd().split('\n');
  const names = lines.map((line) => line.split('\t')[1]!);
  const tasks = JSON.parse(readFileSync(join(own, 'jobs.json'), 'utf8')) as { task: string; runId: string }[];
  const cellOf = (name: string) => ({ ...tasks[names.indexOf(name)]!, line: names.indexOf(name) + 1 });
  const logOf = (name: string) => readFileSync(join(own, `task-${cellOf(name).line}.log`), 'utf8');
  return { own, names, cellOf, logOf };
}

const hasSaved = (runId: string) => {
  const path = join(out, 'runs', runId, 'checkpoints');
  return existsSync(path) && readdirSync(path).some((name) => name.startsWith('step'));
};

describe.runIf(hasSlurm())('a sweep on Slurm', () => {
  it('refused by Slurm says why, and leaves nothing in the queue', async () => {
    const { code, stderr } = await onSlurm('--partition', 'nowhere');
    expect(stderr).toMatch(
      /electra-lab: sbatch: expected that Slurm does what it is asked, got ".*invalid partition.*"; .*\n$/i,
    );
    expect(code).toBe(2);
    expect(slurm.ask('squeue', '--noheader')).toBe('');
  });

  it('that can never begin says what it waits for, until it is interrupted', async () => {
    const { child, ended } = following(join(folder, 'long'), '--partition', 'short', '--time', '60');
    let said = '';
    child.stderr!.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    await until(() => said.includes("runs wait in Slurm's queue: PartitionTimeLimit\n"));
    child.kill('SIGINT');
    expect((await ended).code).toBe(130);
    slurm.ask('scancel', '--me');
    await until(() => slurm.ask('squeue', '--noheader') === '');
  });

  it('of which one job is killed and others go back into the queue gives the tables of a sweep on this machine', async () => {
    const here = join(folder, 'here');
    expect((await sweep(here, '--jobs', '2')).code).toBe(0);

    const { code, stdout } = await onSlurm();
    expect(code).toBe(0);
    expect(stdout).toMatch(/squeue --jobs \d+,\d+,\d+\n/);
    const { cellOf, logOf } = submitted('002');
    const atFirstCheckpoint = async (name: string, ...command: [string, ...string[]]) => {
      const { task, runId } = cellOf(name);
      await until(() => hasSaved(runId), 300);
      slurm.ask(...command, task);
    };
    await Promise.all([
      // What Slurm sends before the time limit: the cell puts itself back into the queue.
      atFirstCheckpoint('two-stage', 'scancel', '--batch', '--signal=USR1'),
      atFirstCheckpoint('joint', 'scontrol', 'requeue'),
      atFirstCheckpoint('bert', 'scancel', '--signal=KILL'),
    ]);
    const status = await sweep(out, '--status');
    expect(status.stdout).toMatch(/^bert +interrupted +bert-s0-/m);
    expect(status.stdout).toMatch(/^frozen +missing +frozen-annealed-s0-/m);

    const followed = await onSlurm('--wait');
    expect(followed.stderr).toContain('few: 2 of 5 runs submitted');
    expect(followed.stderr).toMatch(/all: (\d)\/\1 runs/);
    expect(followed.stdout).toContain('Report: ');
    expect(followed.code).toBe(0);
    expect(logOf('two-stage')).toMatch(/two-stage: interrupted after step \d+ of 800, all saved/);
    expect(logOf('copied')).toContain('copied: first stage from ');
    expect(submitted('003').names).toEqual(['bert', 'frozen']);
    expect(tablesOf(out)).toEqual(tablesOf(here));
    expect((await sweep(out, '--status')).stdout).toMatch(/\n5 runs: 5 failed-to-learn\.\n$/);
    expect(slurm.ask('squeue', '--noheader')).toBe('');
  }, 900_000);
});
