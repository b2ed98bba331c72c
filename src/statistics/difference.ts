/**
 * The difference between two arms with its standard error. T tests, intervals and tests of equivalence are made of it.
 * The values come in pairs of runs, or from two arms whose runs share nothing but the recipe.
 */
import { type Interval, mean, standardDeviation } from './describe.ts';
import { tProbability, tQuantile } from './student-t.ts';

export interface Estimate {
  difference: number;
  /** Above 0. */
  standardError: number;
  /** Of Student's t; a fraction for Welch's test. */
  degrees: number;
}

/**
 * The mean of differences between pairs, or of one arm's values less a constant.
 *
 * @returns undefined below two values, and of equal values, whose spread says nothing
 */
export function pairedEstimate(differences: readonly number[]): Estimate | undefined {
  const spread = standardDeviation(differences);
  if (!spread) return undefined;
  const n = differences.length;
  return { difference: mean(differences), standardError: spread / Math.sqrt(n), degrees: n - 1 };
}

/**
 * The difference of two independent means, each with its own variance (Welch), with the degrees of freedom of
 * Satterthwaite.
 *
 * @returns undefined where an arm has fewer than two values, or neither arm has a spread
 * @source Welch 1947, The generalization of "Student's" problem when several different population variances are involved
 */
export function welchEstimate(ahead: readonly number[], behind: readonly number[]): Estimate | undefined {
  const spreads = [standardDeviation(ahead), standardDeviation(behind)];
  if (!spreads.every((spread) => spread !== undefined) || !spreads.some((spread) => spread > 0))
    return undefined;
  const [one, other] = [spreads[0]! ** 2 / ahead.length, spreads[1]! ** 2 / behind.length];
  return {
    difference: mean(ahead) - mean(behind),
    standardError: Math.sqrt(one + other),
    degrees: satterthwaite([one, ahead.length], [other, behind.length]),
  };
}

/** @param parts of the squared standard error, each with the number of values that it is estimated from */
function satterthwaite(...parts: [variance: number, n: number][]): number {
  const total = parts.reduce((sum, [variance]) => sum + variance, 0);
  return total ** 2 / parts.reduce((sum, [variance, n]) => sum + variance ** 2 / (n - 1), 0);
}

/** Two-sided p of there being no difference. */
export function differenceP({ difference, standardError, degrees }: Estimate): number {
  return 2 * tProbability(-Math.abs(difference) / standardError, degrees);
}

/** One-sided p of the difference not being above 0. */
export function aboveP({ difference, standardError, degrees }: Estimate): number {
  return tProbability(-difference / standardError, degrees);
}

/**
 * p of the difference being as large as the margin or larger, either way: the larger p of two one-sided tests.
 *
 * @param margin above 0
 * @source Schuirmann 1987, two one-sided tests
 */
export function equivalenceP({ difference, standardError, degrees }: Estimate, margin: number): number {
  return tProbability((Math.abs(difference) - margin) / standardError, degrees);
}

/**
 * Without 0 in it exactly where `differenceP` is below `error`; wholly inside a margin exactly where `equivalenceP` is
 * below `error / 2`.
 *
 * @param error the two-sided chance of missing the difference: 0.05 for 95 %
 */
export function intervalOf({ difference, standardError, degrees }: Estimate, error: number): Interval {
  const reach = tQuantile(1 - error / 2, degrees) * standardError;
  return { low: difference - reach, high: difference + reach };
}

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
