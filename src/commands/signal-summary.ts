/** What `signal` prints: a table for each arm, the measurements with most signal first, and what the columns mean. */

import { groupBy } from '../base/group.ts';
import type { ExperimentPlan } from '../experiment/experiment-file.ts';
import type { Pilot, PilotLength } from '../experiment/signal.ts';
import { doubtsAbout, type SignalRow } from '../experiment/signal-table.ts';
import { type Measure, measureNamed, show } from '../report/metric-display.ts';
import { detectableDifference } from '../statistics/signal-to-noise.ts';
import { textTable } from './command.ts';

/** For an experiment whose own number of seeds finds nothing. */
const usualSeeds = 8;

/** Lines to print. @param rows at least one */
export function signalSummary(
  { seeds, content }: Pick<ExperimentPlan, 'seeds' | 'content'>,
  pilots: readonly Pilot[],
  rows: readonly SignalRow[],
): string[] {
  const count = seeds.length > 1 ? seeds.length : usualSeeds;
  const tables = [...groupBy(mostSignalFirst(rows), ({ arm }) => arm)].flatMap(([arm, own]) => [
    armTitle(arm, pilots),
    tableOf(own, count),
    '',
  ]);
  const primary = content.primary?.metric;
  const doubts = primary === undefined ? [] : doubtsAbout(primary, content.signal!.atLeast, rows);
  return [...tables, ...legend(rows, count), ...doubts.map((doubt) => `Warning: primary: ${doubt}`)];
}

function armTitle(arm: string, pilots: readonly Pilot[]): string {
  const own = pilots.filter((pilot) => pilot.arm === arm);
  const stepsOf = (length: PilotLength) => {
    const { record, cell } = own.find((pilot) => pilot.length === length)!;
    return (record?.progress?.step ?? cell.training.steps).toLocaleString('en-US');
  };
  const seeds = [...new Set(own.map(({ seed }) => seed))].join(', ');
  return `${arm}: ${stepsOf('short')} steps against ${stepsOf('long')}, seeds ${seeds}`;
}

/** In one order for all arms: by the arm in which a measurement has least. */
function mostSignalFirst(rows: readonly SignalRow[]): SignalRow[] {
  const least = new Map(
    [...groupBy(rows, ({ metric }) => metric)].map(([metric, own]) => [
      metric,
      Math.min(...own.map(({ signalFromShort }) => signalFromShort ?? -Infinity)),
    ]),
  );
  // The difference of two infinities is no number.
  const orderOf = (row: SignalRow) => Math.max(least.get(row.metric)!, -Number.MAX_VALUE / 4);
  return rows.toSorted((a, b) => orderOf(b) - orderOf(a));
}

function tableOf(rows: readonly SignalRow[], count: number): string {
  const header = ['measurement', 'untrained', 'short', 'long', 'floor', 'sd', 'S/N', `n = ${count}`, 's'];
  const cells = rows.map((row) => {
    const { metric, isAboveFloor, spread, signalFromShort, seconds } = row;
    const shown = (value: number | undefined) => plain(measureNamed(metric), value);
    return [
      ...[metric, shown(row.untrained), shown(row.short), shown(row.long)],
      isAboveFloor === undefined ? '' : isAboveFloor ? 'above' : 'at it',
      ...[shown(spread?.standardDeviation), signalFromShort?.toFixed(1) ?? ''],
      shown(spread && detectableDifference(spread.standardDeviation, count)),
      seconds?.toFixed(0) ?? '',
    ];
  });
  return textTable(header, cells);
}

/** Fractions in percent without the sign, so that the table stays narrow. */
function plain(measure: Measure, value: number | undefined): string {
  if (value === undefined) return '';
  return measure.unit === 'fraction' ? (100 * value).toFixed(1) : show(measure, value);
}

function legend(rows: readonly SignalRow[], count: number): string[] {
  const degrees = rows.flatMap(({ spread }) => spread?.degrees ?? []);
  const most = degrees.length > 0 ? Math.max(...degrees) : 0;
  const failed = Math.max(...rows.map(({ failedToLearn }) => failedToLearn));
  return [
    'untrained, short, long: means over seeds; accuracies and scores in percent.',
    'floor: whether the long runs are above their untrained encoders and trivial baselines.',
    `sd: between seeds of one arm and length, pooled (at most ${most} degrees of freedom).`,
    `S/N: gain from short to long over sd; n = ${count}: the difference that so many seeds find.`,
    's: seconds to measure one run.',
    ...(failed > 0 ? [`Up to ${failed} pilots of an arm failed to learn; signal.csv says which arm's.`] : []),
  ];
}
