import { describe, expect, it } from 'vitest';
import type { Arm } from '../../src/report/figures/series.ts';
import { pairsTables } from '../../src/report/pairs-tables.ts';
import type { PairsReport, RunReport } from '../../src/report/report-data.ts';

const row = (accuracy: number, more: Partial<PairsReport> = {}): PairsReport => ({
  checkpointStep: 30,
  set: 'offline',
  paradigm: 'all',
  field: 'all',
  term: 'all',
  network: 'bert',
  scorer: 'pseudo-log-likelihood',
  accuracy,
  unigramAccuracy: 0.5,
  bigramAccuracy: 0.75,
  ...more,
});
const untrained = (accuracy: number) => row(accuracy, { checkpointStep: 0 });
const arm = (name: string, ...runs: PairsReport[][]): Arm =>
  ({ name, runs: runs.map((pairs) => ({ pairs }) as RunReport) }) as Arm;

const paradigm = { paradigm: 'auxiliary_swapped', field: 'morphology', term: 'verb_form' };
const arms = [
  arm(
    'bert',
    [untrained(0.5), row(0.8), row(0.7, { term: 'verb_form' }), row(0.6, paradigm)],
    [untrained(0.6), row(0.9)],
  ),
  arm('joint', [
    untrained(0.4),
    row(0.6, { network: 'generator' }),
    row(0.55, { scorer: 'original-log-probability' }),
  ]),
  arm('none', []),
];

describe('tables of minimal pairs', () => {
  const [predictors, detectors] = pairsTables(arms, 'terms');

  it('have arms across, means over seeds, and beside them untrained, unigram, bigram and chance', () => {
    expect(predictors!.header).toEqual(['term', 'bert', 'joint', 'untrained', 'unigram', 'bigram', 'chance']);
    const mean = (...values: number[]) =>
      `${((100 * values.reduce((a, b) => a + b)) / values.length).toFixed(1)}\u00a0%`;
    expect(predictors!.rows[0]).toEqual([
      'all',
      mean(0.8, 0.9),
      mean(0.6),
      mean(0.5, 0.6, 0.4),
      '50.0\u00a0%',
      '75.0\u00a0%',
      '50.0\u00a0%',
    ]);
  });

  it('leave a cell empty where an arm has no score', () => {
    expect(predictors!.rows[1]).toEqual([
      'verb form',
      '70.0\u00a0%',
      '',
      '',
      '50.0\u00a0%',
      '75.0\u00a0%',
      '50.0\u00a0%',
    ]);
  });

  it('keep the scores of discriminators apart', () => {
    expect(detectors!.caption).toContain('which cannot be compared with any other score');
    expect(detectors!.header).toEqual(['term', 'joint', 'untrained', 'unigram', 'bigram', 'chance']);
    expect(detectors!.rows).toHaveLength(1);
  });

  it('have each paradigm where that is asked for, and no mean', () => {
    const [table] = pairsTables(arms, 'paradigms');
    expect(table!.rows.map(([name]) => name)).toEqual(['auxiliary swapped']);
  });

  it('are none where nothing was scored', () => {
    expect(pairsTables([arm('none', [])], 'terms')).toEqual([]);
  });
});
