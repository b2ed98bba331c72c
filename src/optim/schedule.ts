/** Learning rates over time, as pure functions of the step. */

/**
 * Linear decay to zero over the whole budget, multiplied with a linear warm-up. The two act together, so the rate
 * stays below `peak`, unless nothing warms up.
 *
 * @param step updates done so far; the first update uses step 0 + 1 for its warm-up
 * @param progress share of the budget that is spent, in [0, 1]; of a budget in steps, step / steps
 * @source google-research/electra, model/optimization.py (create_optimizer)
 */
export function learningRateAt(step: number, progress: number, peak: number, warmupSteps: number): number {
  const warmup = warmupSteps === 0 ? 1 : Math.min(1, (step + 1) / warmupSteps);
  return peak * (1 - progress) * warmup;
}
