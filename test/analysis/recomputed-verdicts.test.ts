/** Verdicts as SciPy and pandas find them from the tables alone: benchmarks/recompute_verdicts.py. */
import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeVerdicts } from '../../src/analysis/verdicts.ts';
import { RandomStream } from '../../src/base/random.ts';
import { type RunRecord, runFolder, writeRecord } from '../../src/results/run-folder.ts';
import { type Claim, type StoredArm, writeExperiment } from '../../src/results/stored-experiment.ts';
import { writeTables } from '../../src/results/tables.ts';
import { hasPython, runPython } from '../helpers/python.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { toyClaim, toyExperiment, toyRecord } from '../helpers/toy-results.ts';

const root = join(import.meta.dirname, '../..');
const script = join(root, 'benchmarks/recompute_verdicts.py');
const recompute = (...folders: string[]) =>
  runPython([script, ...folders])
    .trim()
    .split('\n');

/** The folders in git that an experiment wrote. */
function committedStudies(): string[] {
  const paths = execFileSync('git', ['ls-files', 'results/*/experiments/*.json'], {
    cwd: root,
    encoding: 'utf8',
  });
  return [
    ...new Set(
      paths
        .trim()
        .split('\n')
        .map((path) => path.split('/')[1]!),
    ),
  ];
}

function rebuilt(name: string): string {
  const results = join(temporaryFolder(), name);
  cpSync(join(root, 'results', name), results, { recursive: true });
  writeTables(results);
  writeVerdicts(results);
  return results;
}

const seeds = [0, 1, 2, 3, 4, 5];
const ofText = ['mlm_accuracy', 'mlm_loss', 'replaced_fraction'];

/** A run with chance values, of arms that differ more or less. */
function madeRun(stream: RandomStream, arm: string, seed: number, level: number): RunRecord {
  const near = (spread: number) => level + spread * (stream.uniform() - 0.5);
  const metrics = Object.fromEntries(ofText.map((name) => [name, near(0.05)]));
  const status = stream.uniform() < 0.03 ? 'failed-to-learn' : 'finished';
  const record = toyRecord(
    arm,
    seed,
    { genre: [near(0.1), near(0.1), near(0.1)], rte: [near(0.05)] },
    { status, metrics },
  );
  const untrained = record.finetune.map((row) => ({
    ...row,
    checkpointStep: 0,
    score: 0.4 + 0.02 * stream.uniform(),
  }));
  return {
    ...record,
    finetune: [...untrained, ...record.finetune.map((row) => ({ ...row, majorityScore: 0.42 }))],
  };
}

/** An experiment with every kind of claim: with and without a margin, pairs of forks, failures that are predicted. */
function makeFolder(number: number): string {
  const stream = new RandomStream('recomputed verdicts', number);
  const results = join(temporaryFolder(), `made-${number}`);
  const names = ['a', 'b', 'c', 'd'];
  const levels = names.map(() => 0.45 + 0.1 * stream.uniform());
  const records = names.flatMap((arm, i) => seeds.map((seed) => madeRun(stream, arm, seed, levels[i]!)));
  for (const record of records) writeRecord(runFolder(results, record.runId), record);
  const experiment = toyExperiment(records, claimsOf(stream, names));
  const forked = (arm: StoredArm): StoredArm => ({ ...arm, fork: { from: 'a', at: 0.5 } });
  const arms = experiment.arms.map((arm) => (arm.name === 'a' ? arm : forked(arm)));
  writeExperiment(results, { ...experiment, arms });
  writeTables(results);
  writeVerdicts(results);
  return results;
}

function claimsOf(stream: RandomStream, names: readonly string[]): Claim[] {
  const metrics = ['downstream', 'task.genre', 'task.rte', ...ofText, 'train_flops'];
  return metrics.flatMap((metric, i) =>
    names.slice(1).map((behind): Claim => {
      const margin = stream.uniform() < 0.5 ? { margin: 0.01 + 0.05 * stream.uniform() } : {};
      return {
        ...{ ...toyClaim, id: `${metric}-${behind}`, metric, ahead: 'a', behind, ...margin },
        role: i < 3 ? 'primary' : 'secondary',
        pairing: stream.uniform() < 0.5 ? 'forked' : 'independent',
        predictsFailureOf: stream.uniform() < 0.3 ? [behind] : [],
      };
    }),
  );
}

describe.skipIf(!hasPython)('SciPy, from the tables alone,', () => {
  it('finds the verdicts, intervals and p of the committed studies', () => {
    const lines = recompute(...committedStudies().map(rebuilt));
    expect(lines.filter((line) => !line.startsWith('same '))).toEqual([]);
    expect(lines.some((line) => line.includes('mle-generator-over-adversarial: holds'))).toBe(true);
  });

  it('finds those of made experiments, of each verdict some', () => {
    const lines = recompute(...Array.from({ length: 10 }, (_, number) => makeFolder(number)));
    expect(lines.filter((line) => !line.startsWith('same '))).toEqual([]);
    const counted = ['holds', 'reverses', 'equivalent', 'inconclusive'].filter((verdict) =>
      lines.some((line) => line.includes(`: ${verdict}, p `)),
    );
    expect(counted).toHaveLength(4);
    expect(lines).toHaveLength(10 * 7 * 3);
  });

  it('says which columns differ, and fails', () => {
    const results = makeFolder(0);
    const path = join(results, 'claims.csv');
    const changed = readFileSync(path, 'utf8').replace(',inconclusive,', ',holds,');
    writeFileSync(path, changed);
    expect(() => recompute(results)).toThrow(/OTHER .*; other: verdict, here holds/);
  });
});
