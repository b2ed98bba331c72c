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

export function meansOf({ count, sums }: LossWindow): Record<string, number> {
  return Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum / count]));
}
