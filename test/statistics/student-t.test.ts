import { describe, expect, it } from 'vitest';
import { tInterval, tProbability, tQuantile } from '../../src/statistics/student-t.ts';

const differences = [0.021, 0.013, 0.008, 0.017, 0.004];

describe('tQuantile', () => {
  // SciPy 1.10.1: stats.t.ppf(p, degrees)
  it.each([
    { p: 0.975, degrees: 1, quantile: 12.706204736432095 },
    { p: 0.975, degrees: 4, quantile: 2.7764451051977987 },
    { p: 0.9975, degrees: 4, quantile: 5.597568368322182 },
    { p: 0.995, degrees: 9, quantile: 3.2498355440153697 },
    { p: 0.975, degrees: 30, quantile: 2.0422724563012373 },
    { p: 0.99999, degrees: 2, quantile: 223.60344382868993 },
  ])('agrees with SciPy at $p of $degrees degrees', ({ p, degrees, quantile }) => {
    expect(tQuantile(p, degrees) / quantile).toBeCloseTo(1, 8);
  });
});

describe('tProbability', () => {
  it('agrees with SciPy, for degrees that are no whole number too', () => {
    // SciPy 1.17.1: stats.t.cdf(-2.3, 5.37)
    expect(tProbability(-2.3, 5.37)).toBeCloseTo(0.033086747125510366, 9);
  });
});

describe('tInterval', () => {
  it('agrees with SciPy', () => {
    // SciPy 1.10.1: stats.t.interval(0.95, 4, mean, stats.sem(differences)), and at 1 - 0.05 / 3
    const { low, high } = tInterval(differences, 0.05)!;
    expect(low).toBeCloseTo(0.0041512086586685485, 10);
    expect(high).toBeCloseTo(0.021048791341331453, 10);
    expect(tInterval(differences, 0.05 / 3)!.low).toBeCloseTo(0.0005472284620763046, 10);
  });

  it('is undefined below two values, and has no width for equal values', () => {
    expect(tInterval([0.1], 0.05)).toBeUndefined();
    expect(tInterval([0.5, 0.5], 0.05)).toEqual({ low: 0.5, high: 0.5 });
  });
});
