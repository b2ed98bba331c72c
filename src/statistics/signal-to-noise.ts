/** What a measurement can tell apart: how far seeds spread, and which difference so many seeds would find. */
import { standardDeviation } from './describe.ts';
import { power, powerOf } from './required-pairs.ts';

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
