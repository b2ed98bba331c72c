import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/base/random.ts';
import { standardDeviation } from '../../src/statistics/describe.ts';
import { detectableDifference, pooledDeviation } from '../../src/statistics/signal-to-noise.ts';

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
