/** The permutation test of two independent arms. */
import { RandomStream } from '../base/random.ts';

/** More divisions than this are sampled, not enumerated: ten seeds of each arm have 184,756. */
const mostEnumerated = 200_000;
const draws = 100_000;

/**
 * Two-sided p: how often a difference of means as large comes about when the runs are dealt to the arms by chance.
 *
 * Exact where the arms are alike in every respect, their spread too; at least 2 over the number of divisions (1/126
 * with five seeds each). With more than about ten seeds it is an estimate by seeded draws, the observed one among them.
 *
 * @returns undefined where an arm has no values
 */
export function permutationP(ahead: readonly number[], behind: readonly number[]): number | undefined {
  const [n, all] = [ahead.length, [...ahead, ...behind]];
  if (n === 0 || behind.length === 0) return undefined;
  const total = sumOf(all);
  // Sums that are equal in exact arithmetic count as equal.
  const dust = 1e-12 * all.reduce((sum, value) => sum + Math.abs(value), 0);
  // Of the sum that a division's first arm has, from what it has on average.
  const distanceOf = (sum: number) => Math.abs(sum - (total * n) / all.length);
  const least = distanceOf(sumOf(ahead)) - dust;
  const isFar = (sum: number) => distanceOf(sum) >= least;
  const count = divisionsOf(all.length, n);
  if (count <= mostEnumerated) return countDivisions(all, n, 0, 0, isFar) / count;
  return (1 + countDraws(all, n, isFar)) / (1 + draws);
}

/** The smallest p that so many values can have, whatever they are. */
export function leastPermutationP(ahead: number, behind: number): number {
  const count = divisionsOf(ahead + behind, ahead);
  if (count > mostEnumerated) return 1 / (1 + draws);
  // Arms of one size can be exchanged; others cannot, and one division alone may be the farthest.
  return (ahead === behind ? 2 : 1) / count;
}

/** In how many ways `chosen` of `all` can be taken. */
function divisionsOf(all: number, chosen: number): number {
  let count = 1;
  for (let i = 1; i <= chosen; i++) count = (count * (all - chosen + i)) / i;
  return Math.round(count);
}

/** Of all ways to take `left` more values from place `i` on, those whose sum is far. */
function countDivisions(
  values: readonly number[],
  left: number,
  i: number,
  sum: number,
  isFar: (sum: number) => boolean,
): number {
  if (left === 0) return isFar(sum) ? 1 : 0;
  let count = 0;
  for (let next = i; next <= values.length - left; next++)
    count += countDivisions(values, left - 1, next + 1, sum + values[next]!, isFar);
  return count;
}

function countDraws(values: readonly number[], n: number, isFar: (sum: number) => boolean): number {
  const stream = new RandomStream('permutation', values.length, n);
  const dealt = [...values];
  let count = 0;
  for (let draw = 0; draw < draws; draw++) if (isFar(dealSum(dealt, n, stream))) count++;
  return count;
}

/** Moves `n` values by chance to the front. @returns their sum */
function dealSum(values: number[], n: number, stream: RandomStream): number {
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const from = i + stream.integer(values.length - i);
    [values[i], values[from]] = [values[from]!, values[i]!];
    sum += values[i]!;
  }
  return sum;
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
