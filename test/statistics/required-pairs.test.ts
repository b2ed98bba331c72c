import { describe, expect, it } from 'vitest';
import { powerOf, requiredPairs } from '../../src/statistics/required-pairs.ts';

describe('requiredPairs', () => {
  // SciPy 1.10.1: the least n with 1 - nct.cdf(c, n-1, e*sqrt(n)) + nct.cdf(-c, n-1, e*sqrt(n)) >= 0.8, c = t.ppf(.975, n-1)
  it.each([
    { effect: 2, pairs: 5 },
    { effect: 1.5, pairs: 6 },
    { effect: 1, pairs: 10 },
    { effect: 0.8, pairs: 15 },
    { effect: 0.5, pairs: 34 },
    { effect: 0.3, pairs: 90 },
    { effect: 0.1, pairs: 787 },
    { effect: 0.05, pairs: 3142 },
  ])('agrees with SciPy: $pairs for an effect of $effect standard deviations', ({ effect, pairs }) => {
    expect(requiredPairs(effect, 1)).toBe(pairs);
  });

  it('depends on the ratio of difference and spread alone', () => {
    expect(requiredPairs(-0.006, 0.006)).toBe(requiredPairs(1, 1));
  });

  it('is undefined without a difference or without a spread', () => {
    expect(requiredPairs(0, 1)).toBeUndefined();
    expect(requiredPairs(1, 0)).toBeUndefined();
  });
});

describe('powerOf', () => {
  it('agrees with SciPy', () => {
    expect(powerOf(5, 1)).toBeCloseTo(0.4013899173717939, 7);
    expect(powerOf(5, 3)).toBeCloseTo(0.9976795774377041, 7);
  });
});
