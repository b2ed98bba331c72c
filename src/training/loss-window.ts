/** Training losses between two rows of curves.csv: sums that a checkpoint carries, so that no row is lost. */
import type { Metric } from '../evaluation/metric.ts';

/** Sums over the steps from `first` on. */
export interface LossWindow {
  first: number;
  count: number;
  sums: Record<string, number>;
}

export function emptyWindow(first: number): LossWindow {
  return { first, count: 0, sums: {} };
}

export function addToWindow(window: LossWindow, losses: readonly Metric[]): void {
  window.count++;
  for (const { name, value } of losses) window.sums[name] = (window.sums[name] ?? 0) + value!;
}

/**
 * Means over the steps. Where a step counts what it sums (`x` and `x_count`), the mean is over all that was counted,
 * and absent where nothing was.
 */
export function meansOf({ count, sums }: LossWindow): Record<string, number> {
  const isCount = (name: string) => name.endsWith('_count');
  const means = Object.entries(sums).flatMap(([name, sum]) => {
    const counted = sums[`${name}_count`] ?? count;
    return isCount(name) || counted === 0 ? [] : [[name, sum / counted] as const];
  });
  return Object.fromEntries(means);
}
