/** What seeds can find: how many a difference needs, and which difference so many seeds detect. */
import jstat from 'jstat';
import { standardDeviation } from './describe.ts';
import { tQuantile, twoSidedError } from './student-t.ts';

const { noncentralt, normal } = jstat.jStat;

export const power = 0.8;
/** Above it the normal approximation, with its correction for the estimated spread, is right to a pair in a thousand. */
const mostExact = 1000;

/**
 * The fewest pairs whose two-sided t test at 0.05 finds this difference with probability 0.8, by the noncentral t.
 *
 * The difference and the spread are estimates themselves: of five pairs, no better than a factor of two.
 *
 * @param standardDeviation of the differences
 * @returns at least 2; undefined where there is no difference or no spread
 */
export function requiredPairs(difference: number, standardDeviation: number): number | undefined {
  return fewestSeedsFor(Math.abs(difference) / standardDeviation, (seeds) => seeds - 1, 1);
}

/**
 * The fewest seeds of each arm whose Welch test finds this difference; otherwise as `requiredPairs`.
 *
 * @param standardDeviations of the values of each arm
 */
export function requiredSeeds(
  difference: number,
  [one, other]: readonly [number, number],
): number | undefined {
  const [sum, squares] = [one ** 2 + other ** 2, one ** 4 + other ** 4];
  const degreesPerSeed = sum ** 2 / squares; // 2 where the arms spread alike, 1 where one does not spread
  return fewestSeedsFor(
    Math.abs(difference) / Math.sqrt(sum),
    (seeds) => (seeds - 1) * degreesPerSeed,
    degreesPerSeed,
  );
}

/** @param effect the difference over the standard error of one seed */
function fewestSeedsFor(
  effect: number,
  degreesOf: (seeds: number) => number,
  degreesPerSeed: number,
): number | undefined {
  if (!(effect > 0 && Number.isFinite(effect))) return undefined;
  const reach = normal.inv(1 - twoSidedError / 2, 0, 1);
  const byNormal = ((reach + normal.inv(power, 0, 1)) / effect) ** 2;
  if (byNormal > mostExact) return Math.ceil(byNormal + reach ** 2 / 2 / degreesPerSeed);
  let seeds = Math.max(2, Math.ceil(byNormal));
  while (powerOf(effect * Math.sqrt(seeds), degreesOf(seeds)) < power) seeds++;
  return seeds;
}

/** The chance that a two-sided t test at 0.05 finds a difference. @param noncentrality it over its standard error */
export function powerOf(noncentrality: number, degrees: number): number {
  const critical = tQuantile(1 - twoSidedError / 2, degrees);
  const below = (t: number) => noncentralt.cdf(t, degrees, noncentrality);
  return 1 - below(critical) + below(-critical);
}

/** Bisections of an interval that is at most 64 wide: nine digits. */
const halvings = 40;

export interface PooledDeviation {
  standardDeviation: number;
  /** Of freedom: the values less the cells. */
  degrees: number;
}

/**
 * The standard deviation within cells, whose means may differ, taken to be the same in all of them.
 *
 * It is an estimate itself: with 4 degrees of freedom no better than a factor of two.
 *
 * @param cells the values of each; one of a single value adds nothing
 * @returns undefined where no cell has two values
 */
export function pooledDeviation(cells: readonly (readonly number[])[]): PooledDeviation | undefined {
  const several = cells.filter((values) => values.length > 1);
  const degrees = several.reduce((sum, values) => sum + values.length - 1, 0);
  if (degrees === 0) return undefined;
  const squares = several.reduce(
    (sum, values) => sum + standardDeviation(values)! ** 2 * (values.length - 1),
    0,
  );
  return { standardDeviation: Math.sqrt(squares / degrees), degrees };
}

/**
 * The least difference between two arms that Welch's two-sided test at 0.05 finds with probability 0.8, if both spread
 * alike; by the noncentral t.
 *
 * @param standardDeviation between the seeds of one arm
 * @param seeds             of each arm, at least 2
 */
export function detectableDifference(standardDeviation: number, seeds: number): number {
  const isFound = (effect: number) => powerOf(effect * Math.sqrt(seeds / 2), 2 * seeds - 2) >= power;
  let [low, high] = [0, 1];
  while (!isFound(high)) [low, high] = [high, 2 * high];
  for (let i = 0; i < halvings; i++) {
    const middle = (low + high) / 2;
    if (isFound(middle)) high = middle;
    else low = middle;
  }
  return high * standardDeviation;
}
