/** The values that a claim compares: pairs of runs, or two arms whose runs have nothing in common but the recipe. */
import { standardDeviation } from './describe.ts';
import { type Estimate, pairedEstimate, welchEstimate } from './difference.ts';

/** Values of two arms, larger on the paper's side. */
export interface Samples {
  /**
   * `paired`: both arms' runs were forked from one parent, seed by seed, and stand in the same order. `welch`: runs of
   * their own, whatever their seeds.
   */
  test: 'paired' | 'welch';
  ahead: readonly number[];
  behind: readonly number[];
}

export function differencesOf({ ahead, behind }: Samples): number[] {
  return ahead.map((value, i) => value - behind[i]!);
}

/** @returns undefined where `spreadlessness` or too few values leave no standard error */
export function estimateOf(samples: Samples): Estimate | undefined {
  return samples.test === 'paired'
    ? pairedEstimate(differencesOf(samples))
    : welchEstimate(samples.ahead, samples.behind);
}

/** The seeds that a verdict can count on: pairs, or the runs of the arm that has fewer. */
export function seedsOf({ ahead, behind }: Samples): number {
  return Math.min(ahead.length, behind.length);
}

/** What leaves no spread to judge by, if nothing does. */
export function spreadlessness(samples: Samples): string | undefined {
  const [n, words] = [seedsOf(samples), 'equal, which leaves no spread to judge by'];
  if (samples.test === 'paired')
    return standardDeviation(differencesOf(samples)) === 0 ? `all ${n} differences are ${words}` : undefined;
  const spreads = [samples.ahead, samples.behind].map(standardDeviation);
  return spreads.every((spread) => spread === 0) ? `within each arm all values are ${words}` : undefined;
}
