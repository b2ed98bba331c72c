/** Where a run's measurements go besides curves.csv. */
import type { Metric } from '../evaluation/metric.ts';

/** What a dashboard is told while a run trains: the rows of curves.csv as they are written. */
export interface EventLog {
  /** Returns before anything is on the disk. */
  append(step: number, metrics: readonly Metric[]): void;
  close(): Promise<void>;
}
