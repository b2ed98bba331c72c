/** Holm's step-down correction, with Shaffer's gain: many claims, one chance of a false verdict. */

export interface HolmStep {
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
