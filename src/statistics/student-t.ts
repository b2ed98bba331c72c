/** Student's t over few values: quantiles, p of a mean, and intervals, all to about nine digits. */
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

/**
 * Two-sided p of the mean being 0; of paired differences, the paired t test.
 *
 * @returns undefined below two values, and of equal values, whose spread says nothing
 */
export function tTestP(values: readonly number[]): number | undefined {
  const spread = standardDeviation(values);
  if (!spread) return undefined;
  const t = mean(values) / (spread / Math.sqrt(values.length));
  return 2 * studentt.cdf(-Math.abs(t), values.length - 1);
}

/**
 * The interval of the mean, without 0 in it exactly where `tTestP` is below `error`.
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
