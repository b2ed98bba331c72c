/** Tables of a comparison, for the terminal and for a page. */
import { differenceUnit, measureNamed, show, showDeviation, showDifference } from './metric-display.ts';

/** What the tables are made of; `src/analysis/comparison.ts` makes it. */
export interface ComparisonTables {
  subjects: readonly { name: string; runs: readonly { record: { seed: number; status: string } }[] }[];
  settings: readonly { key: string; values: readonly (readonly string[])[] }[];
  measurements: readonly {
    metric: string;
    values: readonly { seeds: number; mean?: number; deviation?: number }[];
    differences: readonly (ShownDifference | undefined)[];
  }[];
}

interface ShownDifference {
  difference: number;
  interval?: { low: number; high: number };
  reason?: string;
}

export interface Table {
  caption: string;
  header: string[];
  rows: string[][];
}

export function comparisonTables(comparison: ComparisonTables): Table[] {
  const others = comparison.subjects.slice(1).map((_, i) => measurementsTable(comparison, i + 1));
  return [subjectsTable(comparison), settingsTable(comparison), ...others];
}

/** What the numbers mean. */
export const comparisonNote =
  "Each difference is taken from the first column's mean; fractions differ in points. Intervals are Welch's at 95 %. By chance alone, about one measurement in twenty has an interval without 0. ✱ marks such intervals.";

function subjectsTable({ subjects }: ComparisonTables): Table {
  const rows = subjects.map(({ name, runs }) => {
    const failed = runs.filter(({ record }) => record.status !== 'finished');
    const states = [...new Set(failed.map(({ record }) => record.status))].join(', ');
    const seeds = runs.map(({ record }) => record.seed).sort((a, b) => a - b);
    return [
      name,
      String(runs.length),
      seeds.join(', '),
      failed.length > 0 ? `${failed.length} ${states}` : '',
    ];
  });
  return { caption: 'Runs', header: ['', 'runs', 'seeds', 'not finished'], rows };
}

function settingsTable({ subjects, settings }: ComparisonTables): Table {
  const rows = settings.map(({ key, values }) => [key, ...values.map((own) => own.join(' | ') || '–')]);
  const caption = rows.length > 0 ? 'Settings that differ' : 'No setting differs';
  return { caption, header: ['key', ...subjects.map(({ name }) => name)], rows };
}

function measurementsTable({ subjects, measurements }: ComparisonTables, other: number): Table {
  const [first, second] = [subjects[0]!.name, subjects[other]!.name];
  const own = measurements.filter(({ values }) => values[0]!.seeds + values[other]!.seeds > 0);
  const rows = own.map(({ metric, values, differences }) => {
    const shown = [values[0]!, values[other]!].map((value) => meanWords(metric, value));
    return [metric, ...shown, differenceWords(metric, differences[other])];
  });
  const header = ['measurement', first, second, 'difference (95 % interval)'];
  return { caption: `${second} against ${first}`, header, rows: rows.map(breakable) };
}

/** `56.2 % ± 0.4 points`, of several seeds with their standard deviation. */
function meanWords(metric: string, { mean, deviation }: { mean?: number; deviation?: number }): string {
  const measure = measureNamed(metric);
  return deviation === undefined
    ? show(measure, mean)
    : `${show(measure, mean)} ± ${showDeviation(measure, deviation).replace(/\D*points$/, '')}`;
}

/** `−1.7 points (−2.9 to −0.5) ✱`, or why there is no interval. */
function differenceWords(metric: string, found: ShownDifference | undefined): string {
  if (!found) return '';
  const measure = measureNamed(metric);
  const { difference, interval, reason = '' } = found;
  const words = showDifference(measure, difference) + differenceUnit(measure);
  if (!interval) return `${words} (${reason})`;
  const ends = [interval.low, interval.high].map((end) => showDifference(measure, end));
  return `${words} (${ends.join(' to ')})${interval.low > 0 || interval.high < 0 ? ' ✱' : ''}`;
}

/** A terminal breaks lines at ordinary spaces only. */
function breakable(cells: readonly string[]): string[] {
  return cells.map((cell) => cell.replaceAll('\u00a0', ' '));
}
