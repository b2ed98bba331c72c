/** The middle and the spread of a few numbers. */

/** Ends included. */
export interface Interval {
  low: number;
  high: number;
}

/** NaN of no values. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** NaN of no values; of an even number, the mean of the middle two. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length % 2 === 1) return sorted[middle]!;
  return (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Of the largest value; below it, a spread is what subtraction leaves of equal numbers. */
const tolerance = 1e-9;

/** Over n − 1; undefined below two values, exactly 0 of values that are equal but for rounding. */
export function standardDeviation(values: readonly number[]): number | undefined {
  if (values.length < 2) return undefined;
  const centre = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  const spread = Math.sqrt(squares / (values.length - 1));
  return spread <= tolerance * Math.max(...values.map(Math.abs)) ? 0 : spread;
}
