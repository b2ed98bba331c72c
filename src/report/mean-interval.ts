/** What error bars are: the mean over pre-training seeds with its 95 % interval. */

import type { Interval } from '../statistics/describe.ts';
import { mean } from '../statistics/describe.ts';
import { tInterval, twoSidedError } from '../statistics/student-t.ts';

/** Without ends below two values. */
export interface Spread extends Partial<Interval> {
  n: number;
  mean: number;
}

/** @returns undefined without values */
export function spreadOf(values: readonly number[]): Spread | undefined {
  if (values.length === 0) return undefined;
  return { n: values.length, mean: mean(values), ...tInterval(values, twoSidedError) };
}
