import { describe, expect, it } from 'vitest';
import { measure } from '../../src/analysis/metric-values.ts';
import { summaryRows } from '../../src/analysis/summary-table.ts';
import type { RunRecord } from '../../src/results/run-folder.ts';
import type { Fork } from '../../src/results/stored-experiment.ts';
import { intervalOf, welchEstimate } from '../../src/statistics/difference.ts';
import { tInterval } from '../../src/statistics/student-t.ts';
import { toyExperiment, toyRecord, toyRow } from '../helpers/toy-results.ts';

const rowsOf = (records: RunRecord[]) =>
  summaryRows(
    toyExperiment(records),
    new Map(records.map((record) => [record.runId, record])),
    measure(records).measurements,
  );
const rowOf = (records: RunRecord[], arm: string, metric: string) =>
  rowsOf(records).find((row) => row.arm === arm && row.metric === metric);

describe('a row of summary.csv', () => {
  const joint = [0.6, 0.7, 0.65].map((score, seed) => toyRecord('joint', seed, { rte: [score, 0, 1] }));
  const bert = [0.5, 0.55].map((score, seed) => toyRecord('bert', seed, { rte: [score, 0, 1] }));

  it('counts pre-training seeds as n, and fine-tuning seeds apart', () => {
    expect(rowOf([...joint, ...bert], 'joint', 'downstream')).toMatchObject({ n: 3, finetuneSeeds: 3 });
    expect(rowOf(joint, 'joint', 'tokens')).not.toHaveProperty('finetuneSeeds');
  });

  it('has the t interval over seeds', () => {
    const row = rowOf(joint, 'joint', 'task.rte')!;
    expect([row.intervalLow, row.intervalHigh]).toEqual(Object.values(tInterval([0.6, 0.7, 0.65], 0.05)!));
    expect(row.median).toBe(0.65);
    expect(row).not.toHaveProperty('comparedWith');
  });

  it("is compared with the first arm by Welch's test, over all seeds of both", () => {
    const row = rowOf([...joint, ...bert], 'bert', 'downstream')!;
    expect(row).toMatchObject({ comparedWith: 'joint', comparison: 'welch' });
    expect(row.difference).toBeCloseTo((0.5 + 0.55) / 2 - (0.6 + 0.7 + 0.65) / 3, 12);
    const interval = intervalOf(welchEstimate([0.5, 0.55], [0.6, 0.7, 0.65])!, 0.05);
    expect([row.differenceLow, row.differenceHigh]).toEqual([interval.low, interval.high]);
  });

  it('is compared in pairs of seeds where both arms fork from one, or one from the other', () => {
    const records = [...joint, ...bert];
    const compared = (forks: Record<string, Fork>) => {
      const { arms, ...experiment } = toyExperiment(records);
      const forked = arms.map((arm) => ({ ...arm, ...(forks[arm.name] && { fork: forks[arm.name]! }) }));
      const byId = new Map(records.map((record) => [record.runId, record]));
      const rows = summaryRows({ ...experiment, arms: forked }, byId, measure(records).measurements);
      return rows.find((row) => row.arm === 'bert' && row.metric === 'downstream')!;
    };
    const fork = (from: string) => ({ from, at: 0.5 });
    const pair = compared({ joint: fork('parent'), bert: fork('parent') });
    expect(pair.comparison).toBe('paired');
    expect(pair.difference).toBeCloseTo((0.5 - 0.6 + (0.55 - 0.7)) / 2, 12);
    expect(compared({ bert: fork('joint') }).comparison).toBe('paired');
    expect(compared({ bert: fork('parent') }).comparison).toBe('welch');
  });

  it('has what the untrained encoders and the best trivial baseline score, and whether it is above both', () => {
    const withFloor = joint.map((record) => ({
      ...record,
      finetune: [
        toyRow(record.runId, 'rte', 0, 0.4 + record.seed / 100, { checkpointStep: 0 }),
        ...record.finetune.map((row) => ({ ...row, majorityScore: 0.3, bagOfWordsScore: 0.64 })),
      ],
    }));
    const row = rowOf(withFloor, 'joint', 'task.rte')!;
    expect(row).toMatchObject({ trivial: 0.64, isAtFloor: true });
    expect(row.untrained).toBeCloseTo(0.41, 12);
    expect(rowOf(joint, 'joint', 'task.rte')).not.toHaveProperty('isAtFloor');
  });

  it('leaves out spread and intervals of a single seed', () => {
    const row = rowOf([joint[0]!], 'joint', 'downstream')!;
    expect(row).toMatchObject({ n: 1, mean: 0.6 });
    expect(row).not.toHaveProperty('standardDeviation');
    expect(row).not.toHaveProperty('intervalLow');
  });

  it('counts the runs that failed to learn', () => {
    const failed = toyRecord('joint', 3, { rte: [0.5] }, { status: 'failed-to-learn', reason: 'plateau' });
    expect(rowOf([...joint, failed], 'joint', 'downstream')).toMatchObject({ n: 4, failedToLearn: 1 });
  });

  it('is not there for a metric that no run of the arm has', () => {
    const detector = toyRecord('joint', 0, {}, { metrics: { rtd_auc: 0.7 } });
    const rows = rowsOf([detector, toyRecord('bert', 0)]);
    expect(rows.filter(({ metric }) => metric === 'rtd_auc').map(({ arm }) => arm)).toEqual(['joint']);
    expect(rows.some(({ metric }) => metric === 'downstream')).toBe(false);
  });
});
