import { describe, expect, it } from 'vitest';
import {
  differenceP,
  equivalenceP,
  estimateOf,
  intervalOf,
  type Samples,
} from '../../src/statistics/difference.ts';
import { type Evidence, holm, judgeClaims } from '../../src/statistics/verdict.ts';

const negated = (values: readonly number[]) => values.map((value) => -value);
const paired = (differences: readonly number[]): Samples => ({
  test: 'paired',
  ahead: differences,
  behind: differences.map(() => 0),
});
const welch = (ahead: readonly number[], behind: readonly number[]): Samples => ({
  test: 'welch',
  ahead,
  behind,
});
const clear = paired([1.1, 0.9, 1.0, 1.2, 0.8]);
const reversed = paired(negated(clear.ahead));
const unclear = paired([1.1, -0.9, 1.0, -1.2, 0.3]);
const verdictsOf = (claims: Evidence[]) => judgeClaims(claims).map(({ verdict }) => verdict);

describe('judgeClaims', () => {
  it('holds, reverses or is inconclusive by the side of the corrected interval', () => {
    const judgements = judgeClaims([clear, reversed, unclear].map((samples) => ({ samples })));
    expect(judgements.map(({ verdict }) => verdict)).toEqual(['holds', 'reverses', 'inconclusive']);
    expect(judgements[0]!.corrected!.low).toBeGreaterThan(0);
    expect(judgements[1]!.corrected!.high).toBeLessThan(0);
    expect(judgements[2]).toMatchObject({ reason: 'the corrected interval contains 0', leaning: 'holds' });
  });

  it("compares arms that share a seed alone by Welch's test: what would be clear as pairs is not", () => {
    const behind = [0.1, 0.3, 0.5, 0.7, 0.9];
    const ahead = behind.map((value, i) => value + 0.1 + i / 1000);
    expect(verdictsOf([{ samples: { test: 'paired', ahead, behind } }])).toEqual(['holds']);
    expect(verdictsOf([{ samples: welch(ahead, behind) }])).toEqual(['inconclusive']);
  });

  it('corrects for the number of claims', () => {
    const borderline = paired([0.021, 0.013, 0.008, 0.017, 0.004]);
    const estimate = estimateOf(borderline)!;
    expect(differenceP(estimate)).toBeLessThan(0.05);
    expect(differenceP(estimate)).toBeGreaterThan(0.05 / 4);
    const alone = judgeClaims([{ samples: borderline }]);
    expect(alone[0]).toMatchObject({ verdict: 'holds', corrected: intervalOf(estimate, 0.05) });
    const amongFour = judgeClaims([borderline, unclear, unclear, unclear].map((samples) => ({ samples })));
    expect(amongFour[0]).toMatchObject({
      verdict: 'inconclusive',
      corrected: intervalOf(estimate, 0.05 / 4),
    });
    expect(amongFour[0]!.holmP).toBeCloseTo(4 * differenceP(estimate), 12);
  });

  it('decides nothing by fewer than five seeds, but says which way two or more lean', () => {
    const fewest = (n: number) => ({ samples: paired(clear.ahead.slice(0, n)) });
    expect(judgeClaims([fewest(4), { samples: paired([-1, -2]) }, fewest(1), fewest(0)])).toEqual([
      { verdict: 'inconclusive', reason: '4 pairs of seeds; a verdict needs 5', leaning: 'holds' },
      { verdict: 'inconclusive', reason: '2 pairs of seeds; a verdict needs 5', leaning: 'reverses' },
      { verdict: 'inconclusive', reason: '1 pair of seeds; a verdict needs 5' },
      { verdict: 'inconclusive', reason: '0 pairs of seeds; a verdict needs 5' },
    ]);
    expect(
      judgeClaims([{ samples: welch([1, 2, 3, 4, 5, 6], [0, 1]) }, { samples: welch([1], [0]) }]),
    ).toEqual([
      { verdict: 'inconclusive', reason: '6 and 2 seeds of each arm; a verdict needs 5', leaning: 'holds' },
      { verdict: 'inconclusive', reason: '1 seed of each arm; a verdict needs 5' },
    ]);
  });

  it('decides nothing without a spread: noise of two values gives five alike once in 16', () => {
    const equal = (value: number): number[] => Array(5).fill(value);
    const reason = 'all 5 differences are equal, which leaves no spread to judge by';
    expect(judgeClaims([{ samples: paired(equal(0.1)) }, { samples: paired(equal(0)) }])).toEqual([
      { verdict: 'inconclusive', reason, leaning: 'holds' },
      { verdict: 'inconclusive', reason },
    ]);
    expect(judgeClaims([{ samples: welch(equal(2), equal(1)), margin: 9 }])).toEqual([
      {
        verdict: 'inconclusive',
        leaning: 'holds',
        reason: 'within each arm all values are equal, which leaves no spread to judge by',
      },
    ]);
  });

  it('decides nothing where a run failed, and does not lean to the other arm either', () => {
    const obstacle = 'bert, seed 0 failed to learn';
    expect(judgeClaims([{ samples: clear, obstacle, margin: 9 }])).toEqual([
      { verdict: 'inconclusive', reason: obstacle },
    ]);
  });

  it('is no milder to the others where a claim cannot be tested', () => {
    const borderline = paired([0.021, 0.013, 0.008, 0.017, 0.004]);
    const others = [borderline, unclear].map((samples) => ({ samples }));
    const [withFailure] = judgeClaims([...others, { samples: clear, obstacle: 'failed' }]);
    expect(withFailure!.corrected).toEqual(intervalOf(estimateOf(borderline)!, 0.05 / 3));
  });
});

describe('a margin', () => {
  const even = welch([0.1, -0.1, 0.2, -0.2, 0.05], [0.1, -0.1, 0.15, -0.2, 0]);

  it('makes a claim equivalent whose (1 − 2 · level) interval lies inside it', () => {
    const estimate = estimateOf(even)!;
    const [judged] = judgeClaims([{ samples: even, margin: 0.3 }]);
    expect(judged).toMatchObject({ verdict: 'equivalent', equivalence: intervalOf(estimate, 2 * 0.05) });
    expect(judged!.equivalence!.high).toBeLessThan(0.3);
    expect(judged!.equivalenceHolmP).toBeCloseTo(equivalenceP(estimate, 0.3), 12);
    expect(judged).not.toHaveProperty('reason');
  });

  it('decides nothing where the interval reaches beyond it, and says so', () => {
    const [judged] = judgeClaims([{ samples: even, margin: 0.1 }]);
    expect(judged!.equivalence!.high).toBeGreaterThan(0.1);
    expect(judged).toMatchObject({
      verdict: 'inconclusive',
      reason: 'the corrected interval contains 0 and reaches beyond the margin',
    });
  });

  it('has the last word over a difference that is significant and does not matter', () => {
    expect(verdictsOf([{ samples: clear, margin: 2 }])).toEqual(['equivalent']);
    expect(verdictsOf([{ samples: reversed, margin: 2 }])).toEqual(['equivalent']);
    expect(verdictsOf([{ samples: clear, margin: 1 }])).toEqual(['holds']);
  });

  it('is never there by itself', () => {
    const [judged] = judgeClaims([{ samples: even }]);
    expect(judged!.verdict).toBe('inconclusive');
    expect(judged).not.toHaveProperty('equivalence');
  });

  it('does not loosen the level of others where its claim holds, as it may still be false that it is equivalent', () => {
    const borderline = paired([0.021, 0.013, 0.008, 0.017, 0.004]);
    const levelBeside = (margin?: number) =>
      judgeClaims([{ samples: borderline }, { samples: clear, ...(margin && { margin }) }])[0]!.corrected;
    expect(levelBeside()).toEqual(intervalOf(estimateOf(borderline)!, 0.05));
    expect(levelBeside(0.5)).toEqual(intervalOf(estimateOf(borderline)!, 0.05 / 2));
    expect(levelBeside(2)).toEqual(intervalOf(estimateOf(borderline)!, 0.05));
  });
});

const error = 0.05;
/** Of claims with one hypothesis each. */
const stepsOf = (ps: number[]) =>
  holm(
    ps.map((p) => [p]),
    error,
  ).flat();

describe('holm, of claims with one hypothesis', () => {
  it('holds each p against the error over the claims that are left, in the order of p', () => {
    const steps = stepsOf([0.04, 0.001, 0.02]);
    expect(steps.map(({ level }) => level)).toEqual([error / 1, error / 3, error / 2]);
    expect(steps.map(({ isRejected }) => isRejected)).toEqual([true, true, true]);
  });

  it('stops at the first that stands, and holds the rest against the same level', () => {
    const steps = stepsOf([0.04, 0.001, 0.03]);
    expect(steps.map(({ isRejected }) => isRejected)).toEqual([false, true, false]);
    expect(steps.map(({ level }) => level)).toEqual([error / 2, error / 3, error / 2]);
  });

  it('adjusts p so that it is below the error exactly where the claim is rejected', () => {
    const steps = stepsOf([0.04, 0.001, 0.03, 0.9]);
    expect(steps.map(({ adjustedP }) => adjustedP)).toEqual([0.03 * 3, 0.001 * 4, 0.03 * 3, 0.9]);
    for (const { adjustedP, isRejected } of steps) expect(adjustedP < error).toBe(isRejected);
  });

  it('adjusts no p above 1', () => {
    expect(stepsOf([0.8, 0.7]).map(({ adjustedP }) => adjustedP)).toEqual([1, 1]);
  });

  it('is strict to a claim that is alone only by its own p', () => {
    expect(stepsOf([0.049])).toEqual([{ adjustedP: 0.049, level: error, isRejected: true }]);
    expect(holm([], error)).toEqual([]);
  });
});

describe('holm, of claims with two hypotheses that exclude each other', () => {
  it('counts claims, not hypotheses', () => {
    const [one, other] = holm(
      [
        [0.024, 0.9],
        [0.7, 0.6],
      ],
      error,
    );
    expect(one![0]).toEqual({ adjustedP: 0.024 * 2, level: error / 2, isRejected: true });
    expect(other!.map(({ isRejected }) => isRejected)).toEqual([false, false]);
  });

  it('loosens the level only once a claim has nothing more to reject', () => {
    const half = [
      [0.001, 0.9],
      [0.03, 0.8],
    ];
    expect(holm(half, error)[1]![0]).toMatchObject({ level: error / 2, isRejected: false });
    const both = [
      [0.001, 0.002],
      [0.03, 0.8],
    ];
    expect(holm(both, error)[1]![0]).toEqual({ adjustedP: 0.03, level: error, isRejected: true });
  });
});
