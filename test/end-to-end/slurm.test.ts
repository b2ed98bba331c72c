/** A sweep on a real Slurm: jobs killed and put back into the queue, and the same tables as on this machine. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
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
const cache = join(folder, 'cache');
let slurm: PrivateSlurm;

if (!hasSlurm())
  console.error('SKIPPED: the sweep on Slurm; it needs Debian’s slurm-wlm and munge, or the like');

/** Two-stage runs that share a first stage, one that takes another's generator, and two on their own. */
const experiment = {
  claim: 'none of importance',
  seeds: [0],
  common: { extends: './tiny.yaml', generator: { size: 1, initialiseDiscriminator: false } },
  arms: {
    joint: {},
    bert: { regime: 'bert' },
    'two-stage': { regime: 'two-stage' },
    'two-stage, heavy': { regime: 'two-stage', objective: { discriminatorWeight: 25 } },
    frozen: { regime: 'frozen-annealed', generatorFrom: 'bert' },
  },
};

beforeAll(async () => {
  if (!hasSlurm()) return;
  const training = { steps: 150, checkpointEvery: 10 };
  writeFileSync(join(folder, 'tiny.yaml'), tinyRunYaml(writeCorpus(join(folder, 'corpus')), { training }));
  writeFileSync(join(folder, 'few.yaml'), JSON.stringify(experiment));
  slurm = await startSlurm(join(folder, 'slurm'));
});
afterAll(async () => {
  await slurm?.stop();
  remove();
});

const sweep = (out: string, ...more: string[]) => [
  ...['sweep', join(folder, 'few.yaml'), '--out', out, '--cache', cache, '--engine', 'onnx', ...more],
];
const onSlurm = (...more: string[]) => ['--launcher', 'slurm', '--time', '10', ...more];
const tables = ['runs.csv', 'curves.csv', 'finetune.csv', 'summary.csv'];
const tablesOf = (out: string) => tables.map((name) => withoutTimes(readCsv(join(out, name))));

describe.runIf(hasSlurm())('a sweep on Slurm', () => {
  it('tries', async () => {
    const out = join(folder, 'out');
    console.log(await electraLab(sweep(out, ...onSlurm('--wait')), { env: slurm.env }));
    console.log(
      readdirSync(join(out, 'slurm', 'few', '001')),
      readFileSync(join(out, 'slurm', 'few', '001', 'batch.sh'), 'utf8'),
    );
    console.log(readFileSync(join(out, 'slurm', 'few', '001', 'jobs.json'), 'utf8'));
    console.log(readFileSync(join(out, 'slurm', 'few', '001', 'task-1.log'), 'utf8'));
  });
});
