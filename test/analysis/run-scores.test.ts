import { describe, expect, it } from 'vitest';
import { scoresOfRun, sharedTasks } from '../../src/analysis/run-scores.ts';
import type { FinetuneRow } from '../../src/downstream/finetune/finetune-table.ts';
import type { RunRecord } from '../../src/results/run-folder.ts';

function row(
  task: string,
  finetuneSeed: number,
  score: number,
  more: Partial<FinetuneRow> = {},
): FinetuneRow {
  return {
    ...{
      runId: 'r',
      name: 'arm',
      regime: 'joint',
      seed: 0,
      checkpointStep: 100,
      task,
      settings: 'own',
      finetuneSeed,
    },
    ...{ part: 'dev', metric: 'accuracy' as const, score, bagOfWordsScore: 0.4, majorityScore: 0.2 },
    ...{ learningRate: 1e-3, epochs: 3, trainFlops: 5, officialFlops: 7, elapsedSeconds: 1 },
    ...more,
  };
}

function record(finetune: FinetuneRow[]): RunRecord {
  return { finetune, finetuneHash: 'own' } as unknown as RunRecord;
}

describe('a run’s scores', () => {
  const rows = [row('genre', 0, 0.5), row('genre', 1, 0.7), row('genre', 2, 0.6), row('rte', 0, 0.8)];

  it('of frozen probes and minimal pairs are the means that stand for them, with their baselines', () => {
    const cost = { checkpointStep: 100, trainFlops: 5, officialFlops: 7 };
    const probed = { ...cost, task: 'genre', part: 'dev', metric: 'accuracy', majorityScore: 0.3 };
    const probe = [
      { ...probed, layers: 'all', score: 0.8 },
      { ...probed, layers: '1', score: 0.9 },
    ];
    const mean = { set: 'offline', paradigm: 'all', field: 'all', term: 'all', network: 'generator' };
    const scored = { accuracy: 0.6, unigramAccuracy: 0.5, bigramAccuracy: 0.55 };
    const pairs = [{ ...cost, ...mean, ...scored, scorer: 'pseudo-log-likelihood' }];
    const own = { ...record([]), regime: 'joint', probe, pairs } as unknown as RunRecord;
    expect(scoresOfRun(own, [])).toEqual([
      { ...cost, metric: 'probe.genre', score: 0.8, majorityScore: 0.3 },
      { ...cost, metric: 'pairs.offline', score: 0.6, unigramScore: 0.5, bigramScore: 0.55 },
    ]);
  });

  it('are medians over fine-tuning seeds, and the mean of the tasks’ medians', () => {
    const scores = scoresOfRun(record(rows), ['genre', 'rte']);
    expect(scores.map(({ metric, score }) => [metric, score])).toEqual([
      ['downstream', (0.6 + 0.8) / 2],
      ['task.genre', 0.6],
      ['task.rte', 0.8],
    ]);
    expect(scores[0]).toMatchObject({
      checkpointStep: 100,
      trainFlops: 5,
      officialFlops: 7,
      bagOfWordsScore: 0.4,
    });
  });

  it('say how many fine-tuning seeds and which tasks are behind them, and how far the seeds reach', () => {
    const [average, genre, rte] = scoresOfRun(record(rows), ['genre', 'rte']);
    expect(average!.tasks).toEqual(['genre', 'rte']);
    // Three seeds of the one task, one of the other.
    expect(average!.finetuneSeeds).toBeUndefined();
    expect(genre).toMatchObject({ finetuneSeeds: 3, lowest: 0.5, highest: 0.7 });
    expect(rte!.finetuneSeeds).toBe(1);
    expect(rte).not.toHaveProperty('lowest');
    const [evenly] = scoresOfRun(record([...rows.slice(0, 2), row('rte', 0, 0.1), row('rte', 1, 0.2)]), [
      'genre',
      'rte',
    ]);
    expect(evenly!.finetuneSeeds).toBe(2);
  });

  it('are averaged over tasks that all runs have; runs for tuning, which have none, do not count', () => {
    const other = record([row('genre', 0, 0.5), row('rte', 0, 0.5), row('cola', 0, 0.5)]);
    const tuning = record([row('supersense', 0, 0.5)]);
    expect(sharedTasks([record(rows), other, tuning])).toEqual(['genre', 'rte']);
  });

  it('have no average where one of its tasks is missing, as of a pilot', () => {
    expect(scoresOfRun(record([row('genre', 0, 0.5)]), ['genre', 'rte']).map(({ metric }) => metric)).toEqual(
      ['task.genre'],
    );
  });

  it('have what another setting alone has scored, and never two settings of one task', () => {
    const elsewhere = [row('rte', 0, 0.9, { settings: 'other' }), row('cola', 0, 0.1, { settings: 'other' })];
    const twice = [row('mrpc', 0, 0.1, { settings: 'a' }), row('mrpc', 0, 0.2, { settings: 'b' })];
    const scores = scoresOfRun(record([...rows, ...elsewhere, ...twice]), []);
    expect(scores.map(({ metric, score, settings }) => [metric, score, settings])).toEqual([
      ['task.genre', 0.6, 'own'],
      ['task.rte', 0.8, 'own'],
      ['task.cola', 0.1, 'other'],
    ]);
  });

  it('count a task by its first metric on its first part', () => {
    const parts = [row('mnli', 0, 0.3, { part: 'matched' }), row('mnli', 0, 0.9, { part: 'mismatched' })];
    const metrics = [row('mrpc', 0, 0.4), row('mrpc', 0, 0.8, { metric: 'f1' })];
    expect(scoresOfRun(record([...parts, ...metrics]), []).map(({ score }) => score)).toEqual([0.3, 0.4]);
  });
});
