/** The sign-flip permutation test of paired differences. */
import { RandomStream } from '../base/random.ts';

/** More pairs than this are sampled, not enumerated: 2²⁰ sums take a hundredth of a second. */
const mostEnumerated = 20;
const draws = 100_000;

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
  if (n <= mostEnumerated) return countSums(differences, least, 0, 0) / 2 ** n;
  return (1 + countDraws(differences, least)) / (1 + draws);
}

/** The smallest p that so many differences can have, whatever they are: all of one sign. */
export function leastSignFlipP(n: number): number {
  return n <= mostEnumerated ? 2 / 2 ** n : 1 / (1 + draws);
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

function countDraws(differences: readonly number[], least: number): number {
  const stream = new RandomStream('sign-flip', differences.length);
  const drawSum = () =>
    differences.reduce((sum, difference) => (stream.integer(2) ? sum + difference : sum - difference), 0);
  let count = 0;
  for (let draw = 0; draw < draws; draw++) if (Math.abs(drawSum()) >= least) count++;
  return count;
}
