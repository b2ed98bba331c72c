/** Student's t over few values: quantiles, probabilities and intervals, all to about nine digits. */
import jstat from 'jstat';
import { type Interval, mean, standardDeviation } from './describe.ts';

const { studentt } = jstat.jStat;

/** The two-sided chance of error of intervals and tests here: what is called significant, and 95 % intervals. */
export const twoSidedError = 0.05;

/**
 * Where `p` of Student's distribution lies below.
 *
 * @param p in (0, 1)
 */
export function tQuantile(p: number, degrees: number): number {
  const near = studentt.inv(p, degrees);
  // One step of Newton's: the interval then leaves out 0 where the p of the same distribution function says so.
  return near - (studentt.cdf(near, degrees) - p) / studentt.pdf(near, degrees);
}

/** The chance that Student's t lies below `t`. @param degrees above 0, whole or not */
export function tProbability(t: number, degrees: number): number {
  return studentt.cdf(t, degrees);
}

/**
 * The interval of a mean.
 *
 * @param error the two-sided chance of missing the mean: 0.05 for 95 %
 * @returns undefined below two values; of width 0 for equal values, which is no certainty
 */
export function tInterval(values: readonly number[], error: number): Interval | undefined {
  const spread = standardDeviation(values);
  if (spread === undefined) return undefined;
  const reach = (tQuantile(1 - error / 2, values.length - 1) * spread) / Math.sqrt(values.length);
  return { low: mean(values) - reach, high: mean(values) + reach };
}
