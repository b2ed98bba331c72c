import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/base/random.ts';
import {
  leastPermutationP,
  leastSignFlipP,
  permutationP,
  signFlipP,
} from '../../src/statistics/permutation.ts';

describe('permutationP', () => {
  it('is the share of divisions whose means are as far apart', () => {
    // {1,2} against {3,4}: of 6 divisions, this one and its reverse.
    expect(permutationP([1, 2], [3, 4])).toBe(2 / 6);
    // {1,3} against {2,4} differs by 1, as its reverse; {1,2} and {3,4} by more: 4 of 6.
    expect(permutationP([1, 3], [2, 4])).toBe(4 / 6);
  });

  it('agrees with SciPy', () => {
    // SciPy 1.17.1: stats.permutation_test((a, b), lambda x, y: np.mean(x) - np.mean(y), n_resamples=np.inf).pvalue
    const [a, b] = [
      [0.61, 0.52, 0.63, 0.64, 0.55],
      [0.5, 0.62, 0.51, 0.53, 0.56],
    ];
    expect(permutationP(a, b)).toBeCloseTo(0.20634920634920634, 12);
  });

  it('is at least 2/252 with five seeds each, where sign flips of five pairs stop at 2/32', () => {
    expect(permutationP([6, 7, 8, 9, 10], [1, 2, 3, 4, 5])).toBe(2 / 252);
  });

  it('counts sums as equal that only rounding tells apart', () => {
    expect(permutationP([0.1 + 0.2], [0.3])).toBe(1);
  });

  it('is 1 of arms that are alike and undefined of nothing', () => {
    expect(permutationP([0, 0], [0, 0])).toBe(1);
    expect(permutationP([], [1])).toBeUndefined();
  });

  it('draws of many divisions what it would count of few', () => {
    const stream = new RandomStream('permutation test');
    const values = (shift: number) => Array.from({ length: 10 }, () => stream.uniform() + shift);
    const [ahead, behind] = [values(0.2), values(0)];
    const counted = permutationP(ahead, behind)!;
    // A value at the middle in each arm changes little, but makes the divisions 705,432.
    const centre = [...ahead, ...behind].reduce((sum, value) => sum + value, 0) / 20;
    const drawn = permutationP([...ahead, centre], [...behind, centre])!;
    expect(Math.abs(drawn - counted)).toBeLessThan(0.02);
    expect(permutationP([...ahead, centre], [...behind, centre])).toBe(drawn);
  });
});

describe('the least p of a permutation', () => {
  it('is what arms have that lie apart', () => {
    const arm = (n: number, shift: number) => Array.from({ length: n }, (_, i) => shift + i / 100);
    for (const [n, m] of [
      [2, 2],
      [5, 5],
      [8, 8],
      [12, 12],
    ] as const)
      expect(leastPermutationP(n, m)).toBeCloseTo(permutationP(arm(n, 1), arm(m, 0))!, 12);
  });

  it('is one division of arms of other sizes, where that one is the farthest', () => {
    expect(leastPermutationP(2, 4)).toBe(permutationP([5, 6], [1, 1, 1, 1])!);
  });
});

describe('signFlipP', () => {
  it('is the share of sign patterns whose sum is as far from 0', () => {
    // Sums of ±1 ±2 ±4: 1, 3, 5, 7 and their negatives; 5 is reached by ±5 and ±7.
    expect(signFlipP([-1, 2, 4])).toBe(4 / 8);
    expect(signFlipP([1, 2, 4])).toBe(2 / 8);
  });

  it('is at least 2/2ⁿ, so that five pairs on one side are above 0.05', () => {
    expect(signFlipP([1, 2, 3, 4, 5])).toBe(2 / 32);
    expect(signFlipP([1, 2, 3, 4, 5, 6])).toBe(2 / 64);
  });

  it('agrees with SciPy', () => {
    // SciPy 1.10.1: stats.permutation_test((d,), np.mean, permutation_type='samples', n_resamples=np.inf).pvalue
    expect(signFlipP([0.021, -0.013, 0.008, 0.017, 0.004, -0.002])).toBe(0.3125);
  });

  it('counts sums as equal that only rounding tells apart', () => {
    // ±0.1 ±0.2 ±0.3: −0.1 + −0.2 + 0.3 is 0, every sum is as far from it.
    expect(signFlipP([-0.1, -0.2, 0.3])).toBe(1);
    expect(signFlipP([0.1, 0.1, 0.1, 0.3])).toBe(2 / 16);
  });

  it('is 1 of zeros and undefined of nothing', () => {
    expect(signFlipP([0, 0, 0])).toBe(1);
    expect(signFlipP([])).toBeUndefined();
  });

  it('draws above twenty pairs what it would count below', () => {
    const stream = new RandomStream('sign-flip test');
    const twenty = Array.from({ length: 20 }, () => stream.uniform() - 0.4);
    // A difference of almost nothing changes no sum, but makes the pairs 21.
    const [counted, drawn] = [signFlipP(twenty)!, signFlipP([...twenty, 1e-13])!];
    expect(Math.abs(drawn - counted)).toBeLessThan(4 * Math.sqrt((counted * (1 - counted)) / 100_000));
    expect(signFlipP([...twenty, 1e-13])).toBe(drawn);
  });
});

describe('the least p of sign flips', () => {
  it('is what differences of one sign have', () => {
    for (const n of [1, 5, 6, 20, 25])
      expect(leastSignFlipP(n)).toBeCloseTo(signFlipP(Array.from({ length: n }, (_, i) => 1 + i / 100))!, 12);
  });
});
