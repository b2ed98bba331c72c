/**
 * Successive halving: every candidate trains for a fraction of its run, the best of them for a larger one, and so on.
 *
 * A pause is no shorter run: the learning rate follows the schedule of the whole length, and who goes on does so from the
 * checkpoint. All candidates of an arm reach a rung before any is left, so that what is chosen does not depend on
 * which process was faster; ASHA gives that up for cores that never wait.
 *
 * @source Jamieson and Talwalkar 2016, Non-stochastic best arm identification; Li et al. 2020, ASHA
 */
import { isLowerBetter } from '../analysis/metric-values.ts';
import { mean } from '../statistics/describe.ts';
import type { Tuning } from './experiment-schema.ts';
import { type Candidate, candidatesOf, type Trial } from './trials.ts';

/** Where a search is, of one arm. */
export interface Standing {
  /** Those that are not left, best first where a rung has ranked them. */
  alive: Candidate[];
  /** The fraction at which a run was left. */
  dropped: ReadonlyMap<Trial, number>;
  /** Runs to execute, and up to which fraction of their training; absent when all is done. */
  next?: { until: number; trials: readonly Trial[] };
}

/** The fractions of a training at which candidates are left: for a factor of 3 and two rungs 1/9 and 1/3. */
export function rungFractions(halving: Tuning['halving']): number[] {
  if (!halving) return [];
  const { factor, rungs } = halving;
  return Array.from({ length: rungs }, (_, i) => Number((factor ** (i - rungs)).toFixed(4)));
}

/** @param trials of one arm */
export function standingOf(
  trials: readonly Trial[],
  { halving, metric }: Pick<Tuning, 'halving' | 'metric'>,
): Standing {
  const dropped = new Map<Trial, number>();
  let alive = candidatesOf(trials);
  for (const at of rungFractions(halving)) {
    const waiting = alive
      .flatMap((one) => one.trials)
      .filter((trial) => !trial.isTried && !trial.rungs.has(at));
    if (waiting.length > 0) return { alive, dropped, next: { until: at, trials: waiting } };
    const best = ranked(alive, (one) => scoreAt(one, at), isLowerBetter(metric));
    // Where the metric has no value yet, as of an encoder whose stage has not begun, nobody can be left.
    const isBlind = alive.every((one) => scoreAt(one, at) === undefined);
    const kept = isBlind ? best : best.slice(0, Math.ceil(alive.length / halving!.factor));
    for (const { trials: own } of alive.filter((one) => !kept.includes(one)))
      for (const trial of own) dropped.set(trial, at);
    alive = kept;
  }
  const waiting = alive.flatMap((one) => one.trials).filter(({ isTried }) => !isTried);
  return waiting.length > 0 ? { alive, dropped, next: { until: 1, trials: waiting } } : { alive, dropped };
}

/** The mean over a candidate's seeds at a rung. One that has finished without a pause counts by its end. */
function scoreAt({ trials }: Candidate, at: number): number | undefined {
  const scores = trials.flatMap((trial) => (trial.rungs.has(at) ? trial.rungs.get(at) : trial.score) ?? []);
  return scores.length === trials.length ? mean(scores) : undefined;
}

/** Best first; those without a score come last. */
export function ranked(
  candidates: readonly Candidate[],
  scoreOf: (candidate: Candidate) => number | undefined,
  isLower: boolean,
): Candidate[] {
  const goodness = (candidate: Candidate) => {
    const score = scoreOf(candidate);
    return score === undefined ? Number.NEGATIVE_INFINITY : isLower ? -score : score;
  };
  // Two without a score: a difference of infinities is no number.
  return candidates.toSorted((a, b) => (goodness(a) === goodness(b) ? 0 : goodness(b) - goodness(a)));
}
