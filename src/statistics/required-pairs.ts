/** What certainty costs: how many pairs of seeds a difference of the observed size would take. */
import jstat from 'jstat';
import { tQuantile, twoSidedError } from './student-t.ts';

const { noncentralt, normal } = jstat.jStat;

const power = 0.8;
/** Above it the normal approximation, with its correction for the estimated spread, is right to a pair in a thousand. */
const mostExact = 1000;

/**
 * The fewest pairs whose two-sided t test at 0.05 finds this difference with probability 0.8, by the noncentral t.
 *
 * The difference and the spread are estimates themselves: of five pairs, no better than a factor of two.
 *
 * @returns at least 2; undefined where there is no difference or no spread
 */
export function requiredPairs(difference: number, standardDeviation: number): number | undefined {
  const effect = Math.abs(difference) / standardDeviation;
  if (!(effect > 0 && Number.isFinite(effect))) return undefined;
  const reach = normal.inv(1 - twoSidedError / 2, 0, 1);
  const byNormal = ((reach + normal.inv(power, 0, 1)) / effect) ** 2;
  if (byNormal > mostExact) return Math.ceil(byNormal + reach ** 2 / 2);
  let pairs = Math.max(2, Math.ceil(byNormal));
  while (powerOf(pairs, effect) < power) pairs++;
  return pairs;
}

/** The chance that a two-sided paired t test at 0.05 finds an effect, given in standard deviations. */
export function powerOf(pairs: number, effect: number): number {
  const [critical, noncentrality] = [tQuantile(1 - twoSidedError / 2, pairs - 1), effect * Math.sqrt(pairs)];
  const below = (t: number) => noncentralt.cdf(t, pairs - 1, noncentrality);
  return 1 - below(critical) + below(-critical);
}
