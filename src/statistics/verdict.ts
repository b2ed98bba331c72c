/**
 * The rule that turns the values of two arms into verdicts, at the scale that was run.
 *
 * Two things may be true of a claim's arms, and never both at once: that they do not differ, and that they differ by the
 * margin or more, either way. The margin is what the experiment declared beforehand; without one, the second is not
 * asked. The first is tested by Student's t over pairs or by Welch's test, the second by two one-sided tests of the same
 * estimate. Claims of one family share one chance of error by Holm's procedure (`holm` below says why both
 * tests of a claim can have the level of one).
 *
 * - `equivalent` where a difference as large as the margin is rejected: the (1 − 2 · level) interval lies wholly inside
 *   it. That is said of a difference from 0 that is significant too: the margin says that such a one does not matter.
 * - `holds` (`reverses`) where no difference is rejected: the (1 − level) interval lies wholly on the paper's side (on
 *   the other).
 * - `inconclusive` otherwise.
 *
 * At most one family of twenty has a false verdict: `holds` or `reverses` where the arms do not differ, or `equivalent`
 * where they differ by the margin or more (test/statistics/false-verdicts.test.ts simulates it, and where the bound
 * ends: one arm that spreads four times as much as the other, arms of equal means but other shapes, and noise of two
 * values). What that costs: a claim with a margin loosens the others' level only once both are rejected.
 *
 * t trusts the spread that it sees, so values without one decide nothing here.
 *
 * The corrected interval is Holm's test drawn as an interval; that all of an experiment's contain their differences at
 * once has not a chance of 95 %.
 */
import { type Interval, mean } from './describe.ts';
import {
  differenceP,
  type Estimate,
  equivalenceP,
  estimateOf,
  intervalOf,
  type Samples,
  seedsOf,
  spreadlessness,
} from './difference.ts';

/** Of each arm. With fewer, t's spread is a guess. */
export const fewestSeeds = 5;
/** The chance of one false verdict or more in a family of claims. */
const familyError = 0.05;

export interface Evidence {
  samples: Samples;
  /** What difference, either way, would not matter; above 0, in the values' unit. */
  margin?: number;
  /** Why these cannot decide the claim, such as a run that failed. */
  obstacle?: string;
}

export interface Judgement {
  verdict: 'holds' | 'reverses' | 'equivalent' | 'inconclusive';
  /** Why it is inconclusive. */
  reason?: string;
  /**
   * Which way the difference points where it is inconclusive; not of one seed, nor where a run failed: that would be a
   * win by default.
   */
  leaning?: 'holds' | 'reverses';
  /** At Holm's level, two-sided; absent where the claim could not be tested. */
  corrected?: Interval;
  /** Two-sided p of no difference, adjusted by Holm; absent likewise. */
  holmP?: number;
  /** What lies inside the margin where the claim is equivalent; absent without a margin too. */
  equivalence?: Interval;
  /** p of a difference as large as the margin, adjusted by Holm; absent likewise. */
  equivalenceHolmP?: number;
}

/**
 * Judges all claims of one family together.
 *
 * A claim that cannot be tested stays in the family, with a p of 1. That a run fails is an outcome: were its claims
 * dropped, the others would be judged more mildly because of what was seen. So the family is what was written down
 * before the first run, and the bound holds however failures and scores hang together. It costs power only.
 *
 * @param claims of one family, every one
 */
export function judgeClaims(claims: readonly Evidence[]): Judgement[] {
  const reasons = claims.map(obstacleOf);
  const estimates = claims.map(({ samples }, i) =>
    reasons[i] === undefined ? estimateOf(samples)! : undefined,
  );
  const steps = holm(
    claims.map(({ margin }, i) => psOf(estimates[i], margin)),
    familyError,
  );
  return claims.map((claim, i) => {
    const estimate = estimates[i];
    return estimate ? judgementOf(claim, estimate, steps[i]!) : inconclusive(claim, reasons[i]!);
  });
}

/** Of no difference, and of one as large as the margin where there is one. */
function psOf(estimate: Estimate | undefined, margin: number | undefined): number[] {
  const ps = estimate ? [differenceP(estimate)] : [1];
  if (margin !== undefined) ps.push(estimate ? equivalenceP(estimate, margin) : 1);
  return ps;
}

/** Why a claim cannot be tested, if it cannot. */
function obstacleOf({ samples, obstacle }: Evidence): string | undefined {
  if (obstacle !== undefined) return obstacle;
  return tooFew(samples) ?? spreadlessness(samples);
}

function tooFew(samples: Samples): string | undefined {
  const n = seedsOf(samples);
  if (n >= fewestSeeds) return undefined;
  if (samples.test === 'paired')
    return `${n} ${n === 1 ? 'pair' : 'pairs'} of seeds; a verdict needs ${fewestSeeds}`;
  const { length: ahead } = samples.ahead;
  const { length: behind } = samples.behind;
  const counts = ahead === behind ? `${ahead}` : `${ahead} and ${behind}`;
  return `${counts} ${counts === '1' ? 'seed' : 'seeds'} of each arm; a verdict needs ${fewestSeeds}`;
}

function judgementOf(claim: Evidence, estimate: Estimate, steps: readonly HolmStep[]): Judgement {
  const [different, close] = [steps[0]!, steps[1]];
  const tested: Partial<Judgement> = {
    corrected: intervalOf(estimate, different.level),
    holmP: different.adjustedP,
    ...(close && {
      equivalence: intervalOf(estimate, 2 * close.level),
      equivalenceHolmP: close.adjustedP,
    }),
  };
  if (close?.isRejected) return { verdict: 'equivalent', ...tested };
  if (different.isRejected) return { verdict: estimate.difference > 0 ? 'holds' : 'reverses', ...tested };
  return { ...inconclusive(claim, openReason(close)), ...tested };
}

function openReason(close: HolmStep | undefined): string {
  const containsZero = 'the corrected interval contains 0';
  return close ? `${containsZero} and reaches beyond the margin` : containsZero;
}

function inconclusive(claim: Evidence, reason: string): Judgement {
  const leaning = claim.obstacle === undefined ? leaningOf(claim.samples) : undefined;
  return { verdict: 'inconclusive', reason, ...(leaning && { leaning }) };
}

/** One seed points somewhere, whatever is true. */
function leaningOf(samples: Samples): Judgement['leaning'] {
  if (seedsOf(samples) < 2) return undefined;
  const difference = mean(samples.ahead) - mean(samples.behind);
  if (difference > 0) return 'holds';
  return difference < 0 ? 'reverses' : undefined;
}

/** Holm's step-down correction, with Shaffer's gain: many claims, one chance of a false verdict. */
interface HolmStep {
  /** Below the family's error exactly where the hypothesis is rejected. */
  adjustedP: number;
  /** What its p was held against: error / (claims of which something is not yet rejected). */
  level: number;
  isRejected: boolean;
}

/**
 * Rejects hypotheses in the order of their p, each at a level of `error` over the claims that are open: those with a
 * hypothesis that is not rejected yet. Stops at the first that stands, and holds the others against the level where it
 * stopped. With one hypothesis a claim it is Holm's procedure.
 *
 * The chance of one false rejection among all is at most `error`, whatever ties the claims together: before the first
 * one, every claim with a true hypothesis is open, so that each is held against at most `error` over their number.
 *
 * @param claims p of each claim's hypotheses, of which at most one can be true; 1 for one that could not be tested
 * @returns in the order of `claims` and of their hypotheses
 * @source Holm 1979, A simple sequentially rejective multiple test procedure; Shaffer 1986, Modified sequentially
 *   rejective multiple test procedures (its first one, S1)
 */
export function holm(claims: readonly (readonly number[])[], error: number): HolmStep[][] {
  const steps = claims.map((ps): HolmStep[] => new Array(ps.length));
  const order = claims.flatMap((ps, claim) => ps.map((p, which) => ({ p, claim, which })));
  const unseen = claims.map((ps) => ps.length); // by claim: what would be open if all before were rejected
  let [adjustedP, level, hasStopped] = [0, error, false];
  for (const { p, claim, which } of order.sort((a, b) => a.p - b.p)) {
    const open = unseen.filter((count) => count > 0).length;
    adjustedP = Math.max(adjustedP, Math.min(1, p * open));
    if (!hasStopped) level = error / open;
    hasStopped ||= p >= level;
    steps[claim]![which] = { adjustedP, level, isRejected: !hasStopped };
    unseen[claim]!--;
  }
  return steps;
}
