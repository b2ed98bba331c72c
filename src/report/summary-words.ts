/** summary.csv as people read it: one row per arm and measurement. */
import { measureNamed, show, showDifference } from './measures.ts';
import type { SummaryRow } from './report-data.ts';

export const summaryHeader = [
  ...['arm', 'measurement', 'seeds', 'failed to learn', 'mean', 'median', 'sd'],
  ...['95 % interval', 'difference', 'its 95 % interval'],
];

export function summaryCells(row: SummaryRow): string[] {
  const measure = measureNamed(row.metric);
  const range = (low: number | undefined, high: number | undefined, words: typeof show) =>
    low === undefined ? '' : `${words(measure, low)} to ${words(measure, high)}`;
  const difference =
    row.difference === undefined
      ? ''
      : `${showDifference(measure, row.difference)} against ${row.pairedWith}`;
  return [
    ...[row.arm, measure.label, String(row.n), row.failedToLearn > 0 ? String(row.failedToLearn) : ''],
    ...[row.mean, row.median, row.standardDeviation].map((value) => show(measure, value)),
    range(row.intervalLow, row.intervalHigh, show),
    difference,
    range(row.differenceLow, row.differenceHigh, showDifference),
  ];
}

/** Scores first: they are what arms are compared by. */
export function scoresOf(summary: readonly SummaryRow[]): SummaryRow[] {
  return summary.filter(({ metric }) => metric === 'downstream' || metric.startsWith('task.'));
}
