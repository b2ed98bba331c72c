import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/base/random.ts';
import { standardDeviation } from '../../src/statistics/describe.ts';
import {
  detectableDifference,
  pooledDeviation,
  powerOf,
  requiredPairs,
  requiredSeeds,
} from '../../src/statistics/power.ts';

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

describe('pooledDeviation', () => {
  it('is the root of all squares about the means of their cells, over values less cells', () => {
    // (1 + 0 + 1) about 2 and (2² + 2²) about 12, over (3 − 1) + (2 − 1)
    expect(
      pooledDeviation([
        [1, 2, 3],
        [10, 14],
      ]),
    ).toEqual({ standardDeviation: Math.sqrt((2 + 8) / 3), degrees: 3 });
  });

  it('of one cell is its standard deviation', () => {
    const values = [0.3, 0.1, 0.7];
    expect(pooledDeviation([values])!.standardDeviation).toBeCloseTo(standardDeviation(values)!, 12);
  });

  it('does not see how far cells are apart, and leaves out those of a single value', () => {
    const pooled = pooledDeviation([[1, 2], [101, 102], [7], []]);
    expect(pooled).toEqual({ standardDeviation: Math.sqrt((0.5 + 0.5) / 2), degrees: 2 });
    expect(pooledDeviation([[1], [2]])).toBeUndefined();
  });
});

describe('detectableDifference', () => {
  // SciPy 1.17.1: d with 1 - nct.cdf(c, 2n-2, d*sqrt(n/2)) + nct.cdf(-c, …) = 0.8, c = t.ppf(.975, 2n-2), by brentq
  it.each([
    { seeds: 2, effect: 5.653489266197 },
    { seeds: 3, effect: 3.070892266364 },
    { seeds: 5, effect: 2.024439339385 },
    { seeds: 8, effect: 1.506634227877 },
    { seeds: 10, effect: 1.324947392579 },
    { seeds: 30, effect: 0.735621069598 },
  ])('agrees with SciPy: $effect standard deviations with $seeds seeds', ({ seeds, effect }) => {
    expect(detectableDifference(1, seeds)).toBeCloseTo(effect, 6);
  });

  it('grows in proportion to the spread', () => {
    expect(detectableDifference(0.012, 8)).toBeCloseTo(0.012 * detectableDifference(1, 8), 12);
    expect(detectableDifference(0, 8)).toBe(0);
  });

  it('is found by four of five simulated studies', () => {
    const [seeds, studies] = [8, 4000];
    const difference = detectableDifference(1, seeds);
    const random = new RandomStream('signal');
    const arm = (centre: number) => Array.from({ length: seeds }, () => centre + normal(random));
    let found = 0;
    for (let study = 0; study < studies; study++) if (isFound(arm(difference), arm(0))) found++;
    expect(Math.abs(found / studies - 0.8)).toBeLessThan(3 * Math.sqrt((0.8 * 0.2) / studies));
  });
});

/** Student's test of two arms of equal size, which Welch's is where both spread alike. */
function isFound(ahead: readonly number[], behind: readonly number[]): boolean {
  const n = ahead.length;
  const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / n;
  const spread = Math.sqrt(standardDeviation(ahead)! ** 2 + standardDeviation(behind)! ** 2);
  return Math.abs(meanOf(ahead) - meanOf(behind)) > (2.1447866879 * spread) / Math.sqrt(n); // t of 14 degrees at 0.975
}

/** Standard normal, by Box and Muller. */
function normal(random: RandomStream): number {
  return Math.sqrt(-2 * Math.log(random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
}
