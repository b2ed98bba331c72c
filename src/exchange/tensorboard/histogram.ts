/** How values are spread, as TensorBoard draws it. */
export interface Histogram {
  min: number;
  max: number;
  count: number;
  sum: number;
  sumOfSquares: number;
  /** The upper end of each bucket, rising; the first begins at `min`, the last ends at `max`. */
  limits: number[];
  /** Values in each bucket. */
  counts: number[];
}

/** What TensorBoard resamples to when it draws. */
const bucketCount = 30;

/**
 * Counts values in buckets of one width, each without its lower end; one bucket where all values are the same.
 *
 * @param values at least one, all finite
 */
export function histogramOf(values: Float32Array): Histogram {
  const [min, max] = values.reduce(([a, b], v) => [Math.min(a, v), Math.max(b, v)], [Infinity, -Infinity]);
  const buckets = min === max ? 1 : bucketCount;
  const counts = new Array<number>(buckets).fill(0);
  const width = (max - min) / buckets;
  for (const value of values) {
    const at = width === 0 ? 0 : Math.ceil((value - min) / width) - 1;
    counts[Math.min(Math.max(at, 0), buckets - 1)]!++;
  }
  const limits = counts.map((_, i) => (i === buckets - 1 ? max : min + width * (i + 1)));
  const sum = values.reduce((total, v) => total + v, 0);
  const sumOfSquares = values.reduce((total, v) => total + v * v, 0);
  return { min, max, count: values.length, sum, sumOfSquares, limits, counts };
}
