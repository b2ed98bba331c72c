/** When a stage is over: after so many steps, or when so much of another quantity is spent. */
import type { TrainingConfig } from '../config/schema.ts';

/** What a run has spent so far, over all its stages. */
export interface Spending {
  step: number;
  tokens: number;
  flops: number;
  officialFlops: number;
  elapsedSeconds: number;
}

export interface StageBudget {
  /** Share of the stage that is spent, in [0, 1]; 1 = over. */
  progressAt(now: Spending): number;
  /** What progress is shown in. */
  shown: { total: number; unit: string; spentAt(now: Spending): number };
}

interface Quantity {
  of: keyof Spending;
  total: number;
  /** How people read it: divided by this, in this unit. */
  scale: number;
  unit: string;
}

/**
 * The budget of one stage. `training.steps` is each stage's own, as in the paper (§3.2, n steps each); any other budget
 * is the whole run's and divided evenly, so that runs of one and of two stages can be compared at equal cost.
 *
 * @param start what was spent when the stage began
 */
export function stageBudget(training: TrainingConfig, stages: number, start: Spending): StageBudget {
  const { of, total, scale, unit } = quantityOf(training, stages);
  const spentAt = (now: Spending) => now[of] - start[of];
  return {
    progressAt: (now) => Math.min(1, spentAt(now) / total),
    shown: { total: Math.ceil(total / scale), unit, spentAt: (now) => Math.round(spentAt(now) / scale) },
  };
}

function quantityOf({ steps, budget }: TrainingConfig, stages: number): Quantity {
  if (!budget) return { of: 'step', total: steps, scale: 1, unit: 'steps' };
  const { tokens, flops, officialFlops, seconds } = budget;
  if (tokens) return { of: 'tokens', total: tokens / stages, scale: 1, unit: 'tokens' };
  if (flops) return { of: 'flops', total: flops / stages, scale: 1e9, unit: 'GFLOP' };
  if (officialFlops) {
    return { of: 'officialFlops', total: officialFlops / stages, scale: 1e9, unit: 'GFLOP (official)' };
  }
  return { of: 'elapsedSeconds', total: seconds! / stages, scale: 1, unit: 'seconds' };
}
