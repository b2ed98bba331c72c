import { describe, expect, it } from 'vitest';
import type { FinetuneRow } from '../../src/downstream/finetune/finetune-table.ts';
import { averageOverTasks, hasRecipeFailed, summariseTasks } from '../../src/results/finetuned-scores.ts';

const rowOf = (name: string, task: string, score: number | undefined, more: Partial<FinetuneRow> = {}) =>
  ({
    ...{ runId: name, name, checkpointStep: 30, settings: 'abc', task, part: 'dev', metric: 'accuracy' },
    ...(score !== undefined && { score }),
    ...more,
  }) as FinetuneRow;
const averages = (rows: FinetuneRow[]) => {
  const { tasks, arms } = averageOverTasks(summariseTasks(rows));
  return { tasks, arms: arms.map(({ name, average }) => [name, average]) };
};

describe('the summary of a task', () => {
  it('has the median and the mean over fine-tuning seeds', () => {
    const rows = [0.5, 0.9, 0.6].map((score, finetuneSeed) => rowOf('joint', 'rte', score, { finetuneSeed }));
    const [summary] = summariseTasks(rows);
    expect(summary).toMatchObject({ seeds: 3, median: 0.6 });
    expect(summary!.mean).toBeCloseTo((0.5 + 0.9 + 0.6) / 3, 12);
    expect(summariseTasks([...rows, rowOf('joint', 'rte', 0.7)])[0]!.median).toBeCloseTo((0.6 + 0.7) / 2, 12);
  });

  it('has neither where a seed has no score', () => {
    const [summary] = summariseTasks([rowOf('joint', 'sts-b', 0.5), rowOf('joint', 'sts-b', undefined)]);
    expect(summary).toMatchObject({ seeds: 2 });
    expect(summary).not.toHaveProperty('median');
  });

  it('says that the recipe failed where the median is below the head alone, and only there', () => {
    const failed = (scores: number[], headOnlyScore?: number) =>
      hasRecipeFailed(
        summariseTasks(
          scores.map((score, finetuneSeed) =>
            rowOf('joint', 'rte', score, {
              finetuneSeed,
              ...(headOnlyScore !== undefined && { headOnlyScore }),
            }),
          ),
        )[0]!,
      );
    expect(failed([0.5, 0.9, 0.6], 0.61)).toBe(true);
    expect(failed([0.5, 0.9, 0.6], 0.6)).toBe(false);
    expect(failed([0.5, 0.9, 0.6])).toBe(false);
  });

  it('keeps checkpoints, settings, parts and metrics apart', () => {
    const rows = [
      rowOf('joint', 'mnli', 0.5, { part: 'matched' }),
      rowOf('joint', 'mnli', 0.6, { part: 'mismatched' }),
      rowOf('joint', 'mnli', 0.7, { part: 'matched', metric: 'f1' }),
      rowOf('joint', 'mnli', 0.8, { part: 'matched', settings: 'def' }),
      rowOf('joint, untrained', 'mnli', 0.3, { part: 'matched', checkpointStep: 0 }),
    ];
    expect(summariseTasks(rows).map(({ median }) => median)).toEqual([0.5, 0.6, 0.7, 0.8, 0.3]);
  });
});

describe('the average over tasks', () => {
  it('is of the first metric of each task', () => {
    const rows = [
      rowOf('joint', 'mrpc', 0.6),
      rowOf('joint', 'mrpc', 0.9, { metric: 'f1' }),
      rowOf('joint', 'rte', 0.4),
    ];
    expect(averages(rows)).toEqual({ tasks: ['mrpc', 'rte'], arms: [['joint', (0.6 + 0.4) / 2]] });
  });

  it('never compares arms over other sets of tasks: it is over those that all have', () => {
    const rows = [
      ...[rowOf('joint', 'cola', 0.2), rowOf('joint', 'rte', 0.4), rowOf('joint', 'mrpc', 0.9)],
      ...[rowOf('bert', 'cola', 0.4), rowOf('bert', 'rte', 0.6)],
    ];
    const { tasks, arms } = averages(rows);
    expect(tasks).toEqual(['cola', 'rte']);
    expect(Object.fromEntries(arms)).toEqual({ joint: (0.2 + 0.4) / 2, bert: (0.4 + 0.6) / 2 });
    const onlyCola = averages(rows.slice(0, 4));
    expect(onlyCola).toEqual({
      tasks: ['cola'],
      arms: [
        ['joint', 0.2],
        ['bert', 0.4],
      ],
    });
    expect(averages([rows[0]!, rows[4]!])).toEqual({ tasks: [], arms: [] });
  });

  it('leaves out the task that recipes are tuned on, and WNLI', () => {
    const rows = [
      ...[rowOf('joint', 'cola', 0.2), rowOf('joint', 'rte', 0.4)],
      ...[rowOf('joint', 'supersense', 0.9), rowOf('joint', 'wnli', 0.56)],
    ];
    expect(averages(rows).tasks).toEqual(['cola', 'rte']);
  });

  it('is absent of an arm whose answers define no score, and the same as ever of the others', () => {
    const rows = [
      ...[rowOf('joint', 'cola', 0.2), rowOf('joint', 'sts-b', undefined)],
      ...[rowOf('bert', 'cola', 0.4), rowOf('bert', 'sts-b', 0.8)],
    ];
    expect(averages(rows)).toEqual({ tasks: ['cola', 'sts-b'], arms: [['bert', (0.4 + 0.8) / 2]] });
  });
});
