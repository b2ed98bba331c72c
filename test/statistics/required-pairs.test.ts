import { describe, expect, it } from 'vitest';
import { powerOf, requiredPairs, requiredSeeds } from '../../src/statistics/required-pairs.ts';

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

describe('requiredSeeds', () => {
  // SciPy 1.17.1: the same with e = difference / sqrt(a² + b²) and (n-1)(a² + b²)² / (a⁴ + b⁴) degrees of freedom
  it.each([
    { difference: 2, spreads: [1, 1] as const, seeds: 6 },
    { difference: 1, spreads: [1, 1] as const, seeds: 17 },
    { difference: 0.5, spreads: [1, 1] as const, seeds: 64 },
    { difference: 1, spreads: [1, 4] as const, seeds: 136 },
    { difference: 0.1, spreads: [1, 1] as const, seeds: 1571 },
    { difference: 0.05, spreads: [1, 2] as const, seeds: 15700 },
  ])(
    'agrees with SciPy: $seeds of each arm for $difference at $spreads',
    ({ difference, spreads, seeds }) => {
      expect(requiredSeeds(difference, spreads)).toBe(seeds);
    },
  );

  it('is as many as pairs where one arm does not spread', () => {
    expect(requiredSeeds(1, [1, 0])).toBe(requiredPairs(1, 1));
  });

  it('is undefined without a difference or without a spread', () => {
    expect(requiredSeeds(0, [1, 1])).toBeUndefined();
    expect(requiredSeeds(1, [0, 0])).toBeUndefined();
  });
});

describe('powerOf', () => {
  it('agrees with SciPy', () => {
    expect(powerOf(1 * Math.sqrt(5), 4)).toBeCloseTo(0.4013899173717939, 7);
    expect(powerOf(3 * Math.sqrt(5), 4)).toBeCloseTo(0.9976795774377041, 7);
    // Welch: a difference of one standard deviation, five seeds of each arm
    expect(powerOf(1 / Math.sqrt(2 / 5), 8)).toBeCloseTo(0.2862954933805976, 7);
  });
});
