import { describe, expect, it } from 'vitest';
import type { Arm } from '../../src/report/figures/series.ts';
import { belowWords, recipeWords, summaryTable } from '../../src/report/summary-words.ts';
import type { SummaryRow } from '../../src/report/verdict-rows.ts';

const row = (arm: string, mean: number, more: Partial<SummaryRow> = {}): SummaryRow => ({
  experiment: 'e',
  arm,
  metric: 'downstream',
  n: 5,
  failedToLearn: 0,
  mean,
  ...more,
});
const joint = row('joint', 0.357, { intervalLow: 0.333, intervalHigh: 0.381, standardDeviation: 0.019 });
const bert = row('bert', 0.44, {
  comparedWith: 'joint',
  difference: 0.083,
  differenceLow: 0.061,
  differenceHigh: 0.106,
});

const arm = (name: string, bagOfWordsScore: number): Arm =>
  ({
    name,
    runs: [{ scores: [{ checkpointStep: 1, metric: 'downstream', score: 0, bagOfWordsScore }] }],
  }) as unknown as Arm;
const arms = [arm('joint', 0.408), arm('bert', 0.408)];

describe('the summary of an experiment', () => {
  const { caption, header, rows } = summaryTable('Scores by arm', [joint, bert], arms);

  it('names the measurement once where all rows share it', () => {
    expect(caption).toBe(
      'Scores by arm: mean downstream score; differences from joint, with their 95 % intervals',
    );
    const mixed = summaryTable('Scores', [joint, row('joint', 0.5, { metric: 'task.genre' })], arms);
    expect([mixed.caption, mixed.header[1]]).toEqual(['Scores', 'measurement']);
  });

  it('has the mean and its interval beside the arm, then the floor, then what it differs by', () => {
    expect(header).toEqual([
      'arm',
      'mean',
      '95 % interval',
      'bag of words',
      'difference (points), not corrected',
      'seeds',
      'sd',
    ]);
    expect(rows[1]!.slice(0, 5)).toEqual(['bert', '44.0\u00a0%', '', '40.8\u00a0%', '+8.3 (+6.1 to +10.6)']);
  });

  it('leaves out columns that are empty in every row, and no other', () => {
    expect(header).not.toContain('failed to learn');
    const failed = summaryTable('Scores', [joint, row('bert', 0.3, { failedToLearn: 2 })], arms);
    expect(failed.header).toContain('failed to learn');
  });

  it('gives each difference its unit where they have several', () => {
    const loss = row('bert', 5, { metric: 'mlm_loss', comparedWith: 'joint', difference: -0.25 });
    const { header: mixed, rows: cells } = summaryTable('All', [bert, loss], arms);
    const place = mixed.indexOf('difference, not corrected');
    expect(cells.map((line) => line[place])).toEqual(['+8.3 points (+6.1 to +10.6)', '−0.250 nats']);
  });

  it('says which arms are below a bag of words, and nothing where none is', () => {
    const words =
      'Mean downstream score below a bag of words (40.8\u00a0%), a linear model of the words alone';
    expect(belowWords([joint, bert], arms)).toBe(`${words}: joint (35.7\u00a0%).`);
    expect(belowWords([joint], arms)).toBe(`${words}: every arm, joint (35.7\u00a0%).`);
    expect(belowWords([bert], arms)).toBe('');
    expect(belowWords([joint], [])).toBe('');
  });

  it('says where fine-tuning ended below the head alone, run by run, and nothing where it did not', () => {
    const scored = (score: number, headOnlyScore?: number) =>
      ({
        name: 'joint',
        runs: [{ seed: 3, scores: [{ checkpointStep: 20, metric: 'task.rte', score, headOnlyScore }] }],
      }) as unknown as Arm;
    const words = recipeWords([scored(0.5, 0.55)]);
    expect(words).toMatch(
      /^The fine-tuning recipe failed here: .*joint, seed 3 \(step 20\), .* 50\.0\u00a0% \(55\.0\u00a0%\)\.$/,
    );
    expect(recipeWords([scored(0.55, 0.55), scored(0.5)])).toBe('');
  });
});
