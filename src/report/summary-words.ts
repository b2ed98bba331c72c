/**
 * summary.csv as people read it: one row per arm and measurement, beside what no network is needed for. Medians are left
 * to the file: the values of each seed stand beside the figures.
 */
import { mean } from '../statistics/describe.ts';
import { type Arm, lastScore } from './figures/series.ts';
import {
  differenceUnit,
  isDownstream,
  measureNamed,
  show,
  showDeviation,
  showDifference,
} from './metric-display.ts';
import type { SummaryRow } from './verdict-rows.ts';

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
    ['word itself', (row) => shown(row, floorOf(row, arms, 'wordIdentityScore'))],
    ['commonest class', (row) => shown(row, floorOf(row, arms, 'majorityScore'))],
    ['best trivial baseline', (row) => shown(row, hasOwnBaselines(row) ? undefined : row.trivial)],
    ['untrained', (row) => shown(row, row.untrained)],
    ['at the floor', ({ isAtFloor }) => (isAtFloor ? 'yes' : '')],
    differenceColumn(rows),
    ['seeds', ({ n }) => String(n)],
    ['failed to learn', ({ failedToLearn }) => (failedToLearn > 0 ? String(failedToLearn) : '')],
    ['sd', (row) => showDeviation(measureNamed(row.metric), row.standardDeviation)],
  ];
  const columns = all.filter(([, cell]) => rows.some((row) => cell(row) !== ''));
  return {
    caption: `${title}${metric === undefined ? '' : `: ${metric}`}${differenceNote(rows)}`,
    header: columns.map(([name]) => name),
    rows: rows.map((row) => columns.map(([, cell]) => cell(row))),
  };
}

/** As in summary.csv: this arm less the first, whichever way the paper has it, and corrected for nothing. */
function differenceColumn(rows: readonly SummaryRow[]): SummaryColumn {
  const unit = only(rows.map(unitOf));
  const name = unit ? `difference (${unit.trim()}), not corrected` : 'difference, not corrected';
  return [
    name,
    (row) => {
      const text = showDifference(measureNamed(row.metric), row.difference);
      const interval = range(row, row.differenceLow, row.differenceHigh, showDifference);
      return `${text}${text && unit === undefined ? unitOf(row) : ''}${interval && ` (${interval})`}`;
    },
  ];
}

function differenceNote(rows: readonly SummaryRow[]): string {
  const compared = rows.find(({ difference }) => difference !== undefined);
  return compared ? `; differences from ${compared.comparedWith}, with their 95 % intervals` : '';
}

/** Scores whose baselines have columns of their own: of minimal pairs they have tables. */
function hasOwnBaselines({ metric }: SummaryRow): boolean {
  return metric === 'downstream' || /^(task|probe)\./.test(metric);
}

function unitOf({ metric }: SummaryRow): string {
  return differenceUnit(measureNamed(metric));
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
  floor: 'bagOfWordsScore' | 'wordIdentityScore' | 'majorityScore',
): number | undefined {
  const runs = arms.find(({ name }) => name === arm)?.runs ?? [];
  const scores = runs.flatMap((run) => lastScore(run, metric)?.[floor] ?? []);
  return scores.length > 0 ? mean(scores) : undefined;
}

/** `Below a bag of words (40.8 %), …: joint (35.7 %); adversarial (36.7 %).` Nothing where no arm is. */
export function belowWords(summary: readonly SummaryRow[], arms: readonly Arm[]): string {
  const rows = averagesOf(summary);
  const below = rows.flatMap((row) => {
    const floor = floorOf(row, arms, 'bagOfWordsScore');
    return floor !== undefined && row.mean! < floor ? [{ row, floor: shown(row, floor) }] : [];
  });
  if (below.length === 0) return '';
  const floors = [...new Set(below.map(({ floor }) => floor))].join(' or ');
  const names = below.map(({ row }) => `${row.arm} (${shown(row, row.mean)})`).join('; ');
  const which = below.length === rows.length ? `every arm, ${names}` : names;
  return `Mean downstream score below a bag of words (${floors}), a linear model of the words alone: ${which}.`;
}

/** `The fine-tuning recipe failed here: … joint, seed 0 (step 3000), MRPC 66.0 % (69.4 %).` Nothing where it did not. */
export function recipeWords(arms: readonly Arm[]): string {
  const lost = arms.flatMap(({ name, runs }) =>
    runs.flatMap(({ seed, scores }) =>
      scores
        .filter(({ score, headOnlyScore }) => headOnlyScore !== undefined && score < headOnlyScore)
        .map((row) => {
          const measure = measureNamed(row.metric);
          const values = `${show(measure, row.score)} (${show(measure, row.headOnlyScore)})`;
          return `${name}, seed ${seed} (step ${row.checkpointStep}), ${measure.label} ${values}`;
        }),
    ),
  );
  if (lost.length === 0) return '';
  return `The fine-tuning recipe failed here: its median is below the head alone, fitted on the frozen encoder (in brackets): ${lost.join('; ')}.`;
}

export function averagesOf(summary: readonly SummaryRow[]): SummaryRow[] {
  return summary.filter(({ metric }) => metric === 'downstream');
}

/** Scores first: they are what arms are compared by. */
export function scoresOf(summary: readonly SummaryRow[]): SummaryRow[] {
  return summary.filter(({ metric }) => isDownstream(metric));
}
