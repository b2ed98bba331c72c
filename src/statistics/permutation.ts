/** Permutation tests: of two independent arms, and of paired differences by flipping their signs. */
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
  const tolerance = 1e-12 * all.reduce((sum, value) => sum + Math.abs(value), 0);
  // Of the sum that a division's first arm has, from what it has on average.
  const distanceOf = (sum: number) => Math.abs(sum - (total * n) / all.length);
  const least = distanceOf(sumOf(ahead)) - tolerance;
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

/** More pairs than this are sampled, not enumerated: 2²⁰ sums take a hundredth of a second. */
const mostPairsEnumerated = 20;

/**
 * Two-sided p: how often a sum as far from 0 comes about when each difference has either sign with equal chance.
 *
 * Exact, for any distribution that is symmetric about 0 when the arms are alike; at least 2/2ⁿ, so that fewer than
 * 6 pairs cannot be below 0.05. Above 20 pairs it is an estimate by seeded draws, the observed signs among them.
 *
 * @returns undefined of no differences
 */
export function signFlipP(differences: readonly number[]): number | undefined {
  const n = differences.length;
  if (n === 0) return undefined;
  const total = differences.reduce((sum, difference) => sum + Math.abs(difference), 0);
  // Sums that are equal in exact arithmetic count as equal.
  const least = Math.abs(differences.reduce((sum, difference) => sum + difference, 0)) - 1e-12 * total;
  if (n <= mostPairsEnumerated) return countSums(differences, least, 0, 0) / 2 ** n;
  return (1 + countSignDraws(differences, least)) / (1 + draws);
}

/** The smallest p that so many differences can have, whatever they are: all of one sign. */
export function leastSignFlipP(n: number): number {
  return n <= mostPairsEnumerated ? 2 / 2 ** n : 1 / (1 + draws);
}

/** Of all signs of the differences from `i` on, those whose sum with `sum` is at least `least` from 0. */
function countSums(differences: readonly number[], least: number, i: number, sum: number): number {
  if (i === differences.length) return Math.abs(sum) >= least ? 1 : 0;
  const difference = differences[i]!;
  return (
    countSums(differences, least, i + 1, sum + difference) +
    countSums(differences, least, i + 1, sum - difference)
  );
}

function countSignDraws(differences: readonly number[], least: number): number {
  const stream = new RandomStream('sign-flip', differences.length);
  const drawSum = () =>
    differences.reduce((sum, difference) => (stream.integer(2) ? sum + difference : sum - difference), 0);
  let count = 0;
  for (let draw = 0; draw < draws; draw++) if (Math.abs(drawSum()) >= least) count++;
  return count;
}
