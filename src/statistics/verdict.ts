/**
 * The rule that turns paired differences into verdicts, at the scale that was run.
 *
 * A claim `holds` where the t interval of its difference, at Holm's level among all claims of the experiment, lies
 * wholly on the paper's side, `reverses` where wholly on the other, and is `inconclusive` otherwise. Where no arms
 * differ, at most one experiment in twenty gets a false verdict (test/statistics/false-verdicts.test.ts simulates it,
 * and where the bound ends: arms of equal means but other shapes, and noise of two values).
 *
 * t trusts the spread that it sees, so equal differences decide nothing here: noise of +x and −x gives five alike once in
 * 16. The sign-flip test knows it, and for that reason could decide nothing at five pairs.
 *
 * The corrected interval is Holm's test drawn as an interval; that all of an experiment's contain their differences at
 * once has not a chance of 95 %.
 */
import type { Interval } from './describe.ts';
import { mean, standardDeviation } from './describe.ts';
import { holm } from './holm.ts';
import { tInterval, tTestP } from './student-t.ts';

/** With fewer, t's spread is a guess. */
export const fewestPairs = 5;
/** The chance of one false verdict or more in an experiment. */
const familyError = 0.05;

export interface Evidence {
  /** A pair of seeds each, positive on the paper's side. */
  differences: readonly number[];
  /** Why these cannot decide the claim, such as a run that failed to learn. */
  obstacle?: string;
}

export interface Judgement {
  verdict: 'holds' | 'reverses' | 'inconclusive';
  /** Why it is inconclusive. */
  reason?: string;
  /**
   * Which way the mean points where it is inconclusive; not of one pair, nor where a run failed: that would be a win by
   * default.
   */
  leaning?: 'holds' | 'reverses';
  /** At Holm's level; absent where the claim could not be tested. */
  corrected?: Interval;
  /** Two-sided t, adjusted by Holm; absent likewise. */
  holmP?: number;
}

/**
 * Judges all claims of one experiment together.
 *
 * A claim that cannot be tested stays in the family, with a p of 1. That a run fails is an outcome: were its claims
 * dropped, the others would be judged more mildly because of what was seen. So the family is what was written down
 * before the first run, and the bound holds however failures and scores hang together. It costs power only.
 *
 * @param claims of one experiment, every one
 */
export function judgeClaims(claims: readonly Evidence[]): Judgement[] {
  const reasons = claims.map(obstacleOf);
  const ps = claims.map(({ differences }, i) => (reasons[i] === undefined ? tTestP(differences)! : 1));
  const steps = holm(ps, familyError);
  return claims.map((claim, i) => {
    if (reasons[i] !== undefined) return inconclusive(claim, reasons[i]);
    const { level, adjustedP } = steps[i]!;
    const corrected = tInterval(claim.differences, level)!;
    return { ...judgementOf(claim, corrected), corrected, holmP: adjustedP };
  });
}

/** Why a claim cannot be tested, if it cannot. */
function obstacleOf({ differences, obstacle }: Evidence): string | undefined {
  if (obstacle !== undefined) return obstacle;
  const n = differences.length;
  if (n < fewestPairs) return `${n} ${n === 1 ? 'pair' : 'pairs'} of seeds; a verdict takes ${fewestPairs}`;
  if (standardDeviation(differences) === 0) {
    return `all ${n} differences are equal, which leaves no spread to judge by`;
  }
  return undefined;
}

function judgementOf(claim: Evidence, { low, high }: Interval): Judgement {
  if (low > 0) return { verdict: 'holds' };
  if (high < 0) return { verdict: 'reverses' };
  return inconclusive(claim, 'the corrected interval contains 0');
}

function inconclusive({ differences, obstacle }: Evidence, reason: string): Judgement {
  const leaning = obstacle === undefined ? leaningOf(differences) : undefined;
  return { verdict: 'inconclusive', reason, ...(leaning && { leaning }) };
}

/** One pair points somewhere, whatever is true. */
function leaningOf(differences: readonly number[]): Judgement['leaning'] {
  if (differences.length < 2) return undefined;
  const difference = mean(differences);
  if (difference > 0) return 'holds';
  return difference < 0 ? 'reverses' : undefined;
}
