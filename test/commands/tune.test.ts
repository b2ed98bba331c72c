import { describe, expect, it } from 'vitest';
import { searchSummary } from '../../src/commands/tune.ts';
import type { Coordinates } from '../../src/experiment/arms.ts';
import type { Trial } from '../../src/experiment/trials.ts';
import { toyRecord } from '../helpers/toy-results.ts';

/** A candidate's runs, one score for each seed from 100. */
function runs(coordinates: Coordinates, scores: number[], isChosen = false): Trial[] {
  return scores.map((score, i) => ({
    experiment: 'mine',
    arm: 'joint',
    coordinates,
    changes: {},
    seed: 100 + i,
    metric: 'task.verb-form',
    cell: {} as Trial['cell'],
    record: toyRecord(JSON.stringify(coordinates), 100 + i),
    score,
    isTried: true,
    rungs: new Map(),
    isChosen,
  }));
}
const warningsIn = (lines: readonly string[]) => lines.filter((line) => line.startsWith('Warning'));

describe('what tune prints', () => {
  it('has a row for each candidate: the mean over seeds, their deviation, and how many learned', () => {
    const lines = searchSummary([
      ...runs({ 'a.rate': 0.1 }, [0.5, 0.7]),
      ...runs({ 'a.rate': 0.2 }, [0.6, 0.9], true),
    ]);
    expect(lines.join('\n')).toContain('joint: a.rate\nrate   score      sd  learned');
    // (0.5 + 0.7) / 2 and |0.7 - 0.5| / √2
    expect(lines.join('\n')).toContain(' 0.1  60.0 %  14.1 %  2 of 2\n 0.2  75.0 %  21.2 %  2 of 2   chosen');
    expect(lines.at(-1)).toBe('The search cost 4.00e+3 FLOPs, 0.2 minutes of training.'); // 4 runs of 1,000 and 3 s
  });

  it('warns where the best is the last value that was tried, and not where it lies between two', () => {
    const search = (chosen: number) =>
      [0.1, 0.2, 0.4].flatMap((rate) => runs({ 'a.rate': rate }, [rate, rate / 2], rate === chosen));
    expect(warningsIn(searchSummary(search(0.4)))).toEqual([
      'Warning: joint: a.rate 0.4 is the largest of its grid; the best may lie beyond it',
    ]);
    expect(warningsIn(searchSummary(search(0.1)))[0]).toContain('a.rate 0.1 is the smallest of its grid');
    expect(warningsIn(searchSummary(search(0.2)))).toEqual([]);
  });

  it('warns of a key that changes no score, as λ does not for an arm without a discriminator', () => {
    const weights = ['low', 'middle', 'high'];
    const search = [0.1, 0.2].flatMap((rate) =>
      weights.flatMap((λ) => runs({ 'a.rate': rate, λ }, [rate, 0.3])),
    );
    expect(warningsIn(searchSummary(search))).toEqual([
      'Warning: joint: λ changes no score; give the arm another grid in tuning.byArm',
    ]);
  });

  it('is at most 80 columns wide, whatever is searched', () => {
    const coordinates = Object.fromEntries(
      ['optimiser.learningRate', 'objective.discriminatorWeight', 'model.aVeryLongNameOfAKey', 'a.b'].map(
        (key) => [key, 'a value that is long itself'],
      ),
    );
    const table = searchSummary(runs(coordinates, [0.1], true))
      .slice(2, -2)
      .join('\n')
      .split('\n');
    expect(Math.max(...table.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(table.at(-1)).toMatch(/^(?:a value t… {2}){4}10\.0 % .*chosen$/);
  });
});
