/** One run is one seed: counted twice, it would make an interval too narrow. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { writeRecord } from '../../src/results/run-folder.ts';
import { writeExperiment } from '../../src/results/stored-experiment.ts';
import { toyExperiment, toyRecord } from '../helpers/toy-results.ts';
import { electraLab, temporaryFolder } from './program.ts';

const { folder, remove } = temporaryFolder();
afterAll(remove);

it('a sweep refuses one seed for all of its runs', async () => {
  const args = ['sweep', 'quickstart', '--seeds', '0-5', '--set', 'seed=3', '--out', join(folder, 'out')];
  const { code, stderr } = await electraLab(args);
  const got = 'expected a key that runs of one arm have in common, got "seed=3"';
  expect(stderr).toBe(`electra-lab: --set: ${got}; choose seeds with --seeds\n`);
  expect(code).toBe(2);
});

it('a report refuses an experiment in which one run stands for two seeds', async () => {
  const results = join(folder, 'old');
  const record = toyRecord('joint', 3);
  const path = join(results, 'runs', record.runId);
  mkdirSync(path, { recursive: true });
  const provenance = { machine: { cpu: 'toy' }, packages: {}, node: '' } as never;
  writeRecord(path, { ...record, provenance, probe: [], pairs: [] });
  const stored = toyExperiment([record], []);
  const [arm] = stored.arms;
  writeExperiment(results, {
    ...stored,
    arms: [{ ...arm!, runs: [0, 1].map((seed) => ({ seed, runId: record.runId })) }],
  });
  const { code, stderr } = await electraLab(['report', results]);
  const got = 'expected another run for each seed, got "joint-s3 for seeds 0 and 1"';
  expect(stderr).toBe(`electra-lab: joint: ${got}; run the sweep again\n`);
  expect(code).toBe(1);
  expect(() => readFileSync(join(results, 'report.html'))).toThrow();
});
