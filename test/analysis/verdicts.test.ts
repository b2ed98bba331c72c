import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeVerdicts } from '../../src/analysis/verdicts.ts';
import { RandomStream } from '../../src/base/random.ts';
import { writeAnswers } from '../../src/downstream/finetune/answers-file.ts';
import { taskNamed } from '../../src/downstream/tasks/registry.ts';
import { type RunRecord, runFolder, writeRecord } from '../../src/results/run-folder.ts';
import { writeExperiment } from '../../src/results/stored-experiment.ts';
import { toyClaim, toyExperiment, toyRecord } from '../helpers/toy-results.ts';

const seeds = [0, 1, 2, 3, 4, 5];
const [examples, finetuneSeeds] = [200, 3];
const task = taskNamed('genre');

let results: string;
beforeEach(() => {
  results = mkdtempSync(join(tmpdir(), 'verdicts-'));
});
afterEach(() => rmSync(results, { recursive: true, force: true }));

/** A run that answers an example rightly with the given chance, and keeps its answers. */
function writeRun(arm: string, seed: number, chance: number): RunRecord {
  const stream = new RandomStream('verdicts test', arm, seed);
  const dev = { dev: Array.from({ length: examples }, (_, i) => ({ first: '', label: i % 4 })) };
  const models = Array.from({ length: finetuneSeeds }, () =>
    Float64Array.from(dev.dev, ({ label }) => (stream.uniform() < chance ? label : (label + 1) % 4)),
  );
  const scores = models.map((answers) => answers.filter((answer, i) => answer === i % 4).length / examples);
  const record = toyRecord(arm, seed, { genre: scores });
  const folder = runFolder(results, record.runId);
  writeRecord(folder, record);
  record.finetune.forEach((cell, i) => {
    writeAnswers(folder, cell, task, dev, { dev: models[i]! });
  });
  return record;
}

function writeToy(count: number): RunRecord[] {
  const chosen = seeds.slice(0, count);
  const records = [
    ...chosen.map((seed) => writeRun('joint', seed, 0.8)),
    ...chosen.map((seed) => writeRun('bert', seed, 0.6)),
  ];
  writeExperiment(
    results,
    toyExperiment(records, [toyClaim, { ...toyClaim, id: 'genre', metric: 'task.genre' }]),
  );
  return records;
}

const bytesOf = (name: string) => readFileSync(join(results, name), 'utf8');
const readCsv = (name: string): Record<string, string>[] => parse(bytesOf(name), { columns: true });

describe('writeVerdicts', () => {
  it('writes the same bytes again from the same folder', () => {
    writeToy(6);
    writeVerdicts(results);
    const [summary, claims] = [bytesOf('summary.csv'), bytesOf('claims.csv')];
    writeVerdicts(results);
    expect([bytesOf('summary.csv'), bytesOf('claims.csv')]).toEqual([summary, claims]);
  });

  it('writes what it returns', () => {
    writeToy(5);
    const { summary, claims } = writeVerdicts(results);
    expect(readCsv('summary.csv').map(({ arm, metric }) => `${arm} ${metric}`)).toEqual(
      summary.map(({ arm, metric }) => `${arm} ${metric}`),
    );
    const [cells] = readCsv('claims.csv');
    expect(Number(cells!.difference)).toBe(claims[0]!.difference);
    expect(cells).toMatchObject({
      verdict_at_this_scale: 'holds',
      test: 'welch',
      seeds_ahead: '5',
      reason: '',
      bootstrap_low: '',
    });
  });

  it('writes scores of checkpoints on the way by the fraction of the training, for no one but the file', () => {
    const records = writeToy(5);
    for (const record of records) {
      const halfway = record.finetune.map((row) => ({
        ...row,
        checkpointStep: 15,
        score: 0.25,
        trainFlops: 500,
      }));
      const folder = runFolder(results, record.runId);
      writeRecord(folder, { ...record, finetune: [...halfway, ...record.finetune] });
    }
    const { summary } = writeVerdicts(results);
    const rows = readCsv('summary.csv').filter(({ training_fraction }) => training_fraction === '0.5');
    expect(rows.filter(({ arm }) => arm === 'bert').map(({ metric }) => metric)).toEqual([
      ...['downstream', 'task.genre', 'train_flops'],
    ]);
    expect(rows[0]).toMatchObject({
      arm: 'joint',
      n: '5',
      mean: '0.25',
      train_flops: '500',
      finetune_seeds: '3',
    });
    expect(summary.map(({ trainingFraction }) => trainingFraction)).toEqual(summary.map(() => 1));
  });

  it('writes which run stands for which seed of an arm', () => {
    writeToy(5);
    writeVerdicts(results);
    const rows = readCsv('arms.csv');
    expect(rows).toHaveLength(2 * 5);
    expect(rows[0]).toEqual({
      ...{ experiment: 'toy', arm: 'joint', seed: '0', run_id: 'joint-s0', fork_from: '', fork_at: '' },
    });
  });

  it('adds the Multi-Bootstrap from six seeds on, around the difference', () => {
    writeToy(6);
    const [downstream, genre] = writeVerdicts(results).claims;
    expect(downstream!.bootstrapLow!).toBeLessThan(downstream!.difference!);
    expect(downstream!.bootstrapHigh!).toBeGreaterThan(downstream!.difference!);
    expect(downstream!.bootstrapLow!).toBeGreaterThan(0);
    // genre is the only task, so that the two claims are one.
    expect(genre!.bootstrapLow).toBe(downstream!.bootstrapLow);
  });

  it('leaves it empty where a run has no answers', () => {
    const [first] = writeToy(6);
    rmSync(join(runFolder(results, first!.runId), 'answers'), { recursive: true });
    const { claims } = writeVerdicts(results);
    expect(claims[0]).toMatchObject({ verdict: 'holds', seedsAhead: 6 });
    expect(claims[0]).not.toHaveProperty('bootstrapLow');
  });

  it('says which file of answers is broken', () => {
    const [first] = writeToy(6);
    const path = join(runFolder(results, first!.runId), 'answers', 'genre', 'step-30-abc-seed-0.json');
    writeFileSync(path, '{');
    expect(() => writeVerdicts(results)).toThrow(`${path}:1: expected answers in JSON`);
  });

  it("does not look at runs of other experiments, whose tasks may be others'", () => {
    writeToy(5);
    writeRecord(runFolder(results, 'other-s0'), toyRecord('other', 0, { rte: [0.5] }));
    expect(writeVerdicts(results).claims[0]!.seedsAhead).toBe(5);
  });

  it('writes headers alone where there is no experiment', () => {
    expect(writeVerdicts(results)).toEqual({ summary: [], claims: [] });
    expect(bytesOf('claims.csv')).toMatch(/^experiment,id,role,claim,verdict_at_this_scale,[a-z_,]+\r\n$/);
  });
});
