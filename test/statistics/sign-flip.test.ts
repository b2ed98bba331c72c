import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/base/random.ts';
import { leastSignFlipP, signFlipP } from '../../src/statistics/sign-flip.ts';

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
