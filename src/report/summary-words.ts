/** summary.csv as people read it: one row per arm and measurement, beside what no network is needed for. */
import { mean } from '../statistics/describe.ts';
import { type Arm, lastScore } from './figures/series.ts';
import { differenceUnit, measureNamed, show, showDeviation, showDifference } from './measures.ts';
import type { SummaryRow } from './report-data.ts';

export interface SummaryTable {
  caption: string;
  header: string[];
  rows: string[][];
}

type SummaryColumn = [name: string, cell: (row: SummaryRow) => string];

/** Columns that are empty in every row are left out; what all rows share is said once, above. */
export function summaryTable(title: string, rows: readonly SummaryRow[], arms: readonly Arm[]): SummaryTable {
  const metric = only(rows.map((row) => measureNamed(row.metric).label));
  const named: SummaryColumn[] = [['measurement', (row) => measureNamed(row.metric).label]];
  const all: SummaryColumn[] = [
    ['arm', ({ arm }) => arm],
    ...(metric === undefined ? named : []),
    ['mean', (row) => shown(row, row.mean)],
    ['95 % interval', (row) => range(row, row.intervalLow, row.intervalHigh, show)],
    ['bag of words', (row) => shown(row, floorOf(row, arms, 'bagOfWordsScore'))],
    ['commonest class', (row) => shown(row, floorOf(row, arms, 'majorityScore'))],
    ...differenceColumns(rows),
    ['seeds', ({ n }) => String(n)],
    ['failed to learn', ({ failedToLearn }) => (failedToLearn > 0 ? String(failedToLearn) : '')],
    ['median', (row) => shown(row, row.median)],
    ['standard deviation', (row) => showDeviation(measureNamed(row.metric), row.standardDeviation)],
  ];
  const columns = all.filter(([, cell]) => rows.some((row) => cell(row) !== ''));
  return {
    caption: metric === undefined ? title : `${title}: ${metric}`,
    header: columns.map(([name]) => name),
    rows: rows.map((row) => columns.map(([, cell]) => cell(row))),
  };
}

/** As in summary.csv: this arm less the first, whichever way the paper has it, and corrected for nothing. */
function differenceColumns(rows: readonly SummaryRow[]): SummaryColumn[] {
  const unitOf = ({ metric }: SummaryRow) => differenceUnit(measureNamed(metric)).trim();
  const [unit, first] = [only(rows.map(unitOf)), rows.find(({ pairedWith }) => pairedWith)?.pairedWith];
  return [
    [
      `difference from ${first}${unit ? ` (${unit})` : ''}`,
      (row) => {
        const text = showDifference(measureNamed(row.metric), row.difference);
        return text === '' || unit !== undefined
          ? text
          : `${text}${differenceUnit(measureNamed(row.metric))}`;
      },
    ],
    [
      'its 95 % interval, not corrected',
      (row) => range(row, row.differenceLow, row.differenceHigh, showDifference),
    ],
  ];
}

function only<Value>(values: readonly Value[]): Value | undefined {
  return values.every((value) => value === values[0]) ? values[0] : undefined;
}

function shown({ metric }: SummaryRow, value: number | undefined): string {
  return show(measureNamed(metric), value);
}

function range(
  { metric }: SummaryRow,
  low: number | undefined,
  high: number | undefined,
  words: typeof show,
): string {
  const measure = measureNamed(metric);
  return low === undefined ? '' : `${words(measure, low)} to ${words(measure, high)}`;
}

/** What the arm's tasks give to a model that learned nothing of language; absent where a run does not say. */
function floorOf(
  { arm, metric }: SummaryRow,
  arms: readonly Arm[],
  floor: 'bagOfWordsScore' | 'majorityScore',
): number | undefined {
  const runs = arms.find(({ name }) => name === arm)?.runs ?? [];
  const scores = runs.flatMap((run) => lastScore(run, metric)?.[floor] ?? []);
  return scores.length > 0 ? mean(scores) : undefined;
}

/** `Below a bag of words, a linear model of the words alone: joint (35.7 % against 40.8 %).` Nothing where no arm is. */
export function belowWords(summary: readonly SummaryRow[], arms: readonly Arm[]): string {
  const below = averagesOf(summary).flatMap((row) => {
    const floor = floorOf(row, arms, 'bagOfWordsScore');
    const isBelow = floor !== undefined && row.mean !== undefined && row.mean < floor;
    return isBelow ? [`${row.arm} (${shown(row, row.mean)} against ${shown(row, floor)})`] : [];
  });
  if (below.length === 0) return '';
  return `With a mean downstream score below a bag of words, a linear model that sees which words there are and no order: ${below.join(', ')}.`;
}

export function averagesOf(summary: readonly SummaryRow[]): SummaryRow[] {
  return summary.filter(({ metric }) => metric === 'downstream');
}

/** Scores first: they are what arms are compared by. */
export function scoresOf(summary: readonly SummaryRow[]): SummaryRow[] {
  return summary.filter(({ metric }) => metric === 'downstream' || metric.startsWith('task.'));
}
