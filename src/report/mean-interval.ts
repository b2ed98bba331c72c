/** What error bars are: the mean over pre-training seeds with its 95 % interval. */
import jstat from 'jstat';

export interface Spread {
  n: number;
  mean: number;
  /** 95 %, Student's t; absent below two values. */
  low?: number;
  high?: number;
}

/** @returns undefined without values */
export function spreadOf(values: readonly number[]): Spread | undefined {
  const n = values.length;
  if (n === 0) return undefined;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n === 1) return { n, mean };
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  const half = jstat.studentt.inv(0.975, n - 1) * Math.sqrt(variance / n);
  return { n, mean, low: mean - half, high: mean + half };
}
