/** Holm's step-down correction: many claims, one chance of a false one. */

export interface HolmStep {
  /** Below the family's error exactly where the claim is rejected. */
  adjustedP: number;
  /** What the claim's own p was held against: error / (claims not yet rejected). */
  level: number;
  isRejected: boolean;
}

/**
 * Rejects hypotheses in the order of their p, each at a level of `error` over those that are left; stops at the first
 * that stands, and holds the others against the level where it stopped.
 *
 * The chance of one false rejection among all is at most `error`, whatever ties the claims together.
 *
 * @param ps of all hypotheses of the family; 1 for one that could not be tested
 * @returns in the order of `ps`
 * @source Holm 1979, A simple sequentially rejective multiple test procedure
 */
export function holm(ps: readonly number[], error: number): HolmStep[] {
  const order = ps.map((_, i) => i).sort((a, b) => ps[a]! - ps[b]!);
  const steps: HolmStep[] = new Array(ps.length);
  let [adjustedP, rejected] = [0, 0];
  for (const [rank, i] of order.entries()) {
    const level = error / (ps.length - rejected);
    const isRejected = rejected === rank && ps[i]! < level;
    adjustedP = Math.max(adjustedP, Math.min(1, ps[i]! * (ps.length - rank)));
    steps[i] = { adjustedP, level, isRejected };
    if (isRejected) rejected++;
  }
  return steps;
}
