/** signal.csv: of each measurement and arm, what training adds, how far seeds spread, and what that can tell apart. */
import { join } from 'node:path';
import { floorOf } from '../analysis/arm-values.ts';
import { isLowerBetter, type Measurement, measure, metricsOf } from '../analysis/metric-values.ts';
import { groupBy } from '../base/group.ts';
import { withoutAbsent } from '../base/without-absent.ts';
import { declarationOf } from '../metrics/measurements.ts';
import type { PrimaryReport } from '../report/report-data.ts';
import { type SignalRow, signalColumns } from '../results/columns/signal-columns.ts';
import { writeTable } from '../results/data-package.ts';
import type { RunRecord } from '../results/run-folder.ts';
import { mean } from '../statistics/describe.ts';
import { type PooledDeviation, pooledDeviation } from '../statistics/power.ts';
import { askedAs, secondsOf } from './asked-measurement.ts';
import { type Pilot, type PilotLength, pilotLengths } from './signal.ts';

/**
 * By metric, in the order of summary.csv, then by arm; of those that some long run has.
 *
 * @param primary the measurement that is to decide, if one is named: it may be a mean over checkpoints
 */
export function signalRows(pilots: readonly Pilot[], primary?: PrimaryReport): SignalRow[] {
  const begun = pilots.flatMap(({ record, cell, ...pilot }) =>
    record ? [{ ...pilot, record: askedAs(cell, record) }] : [],
  );
  const records = new Map(begun.map(({ record }) => [record.runId, record]));
  const { measurements } = measure([...records.values()], primary);
  const measured = begun.flatMap((pilot) => {
    const metrics = measurements.get(pilot.record.runId);
    return metrics ? [{ ...pilot, metrics }] : [];
  });
  const metrics = metricsOf(measurements).filter(canDecide);
  return metrics.flatMap((metric) => rowsOf(metric, measured)).filter(({ long }) => long !== undefined);
}

/** Scores, and measurements of text for which more is better or worse; costs tell no two encoders apart. */
function canDecide(metric: string): boolean {
  const declared = declarationOf(metric);
  return !declared || (declared.of === 'held-out text' && declared.better !== undefined);
}

type Measured = Omit<Pilot, 'cell' | 'record'> & {
  record: RunRecord;
  metrics: ReadonlyMap<string, Measurement>;
};

function rowsOf(metric: string, measured: readonly Measured[]): SignalRow[] {
  const values = measured.flatMap((pilot) => {
    const measurement = pilot.metrics.get(metric);
    return measurement ? [{ ...pilot, measurement }] : [];
  });
  const cells = groupBy(values, ({ arm, length }) => `${length} ${arm}`);
  const spread = pooledDeviation([...cells.values()].map((cell) => cell.map(ownValue)));
  return [...groupBy(values, ({ arm }) => arm)].map(([arm, own]) => rowOf(metric, arm, own, spread));
}

/** A pilot's value of one metric. */
type Value = Measured & { measurement: Measurement };

function rowOf(
  metric: string,
  arm: string,
  values: readonly Value[],
  spread: PooledDeviation | undefined,
): SignalRow {
  const of = (length: PilotLength) => values.filter((value) => value.length === length);
  const [short, long] = pilotLengths.map((length) => meanOf(of(length).map(ownValue)));
  const untrained = meanOf(values.flatMap(({ measurement }) => measurement.untrained ?? []));
  const sign = isLowerBetter(metric) ? -1 : 1;
  const gain = (from: number | undefined) =>
    from === undefined || long === undefined ? undefined : sign * (long - from);
  const signal = (gained: number | undefined) =>
    gained === undefined || !spread?.standardDeviation ? undefined : gained / spread.standardDeviation;
  const floor = floorOf(of('long').map(asSeed), metric);
  const [gainFromShort, gainFromUntrained] = [gain(short), gain(untrained)];
  return withoutAbsent({
    metric,
    arm,
    seeds: { short: of('short').length, long: of('long').length },
    failedToLearn: values.filter(({ record }) => record.status === 'failed-to-learn').length,
    untrained,
    short,
    long,
    gainFromShort,
    gainFromUntrained,
    spread,
    signalFromShort: signal(gainFromShort),
    signalFromUntrained: signal(gainFromUntrained),
    seconds: meanOf(of('long').flatMap(({ record }) => secondsOf(record, metric) ?? [])),
    isAboveFloor: floor && !floor.isAtFloor,
  });
}

const asSeed = ({ seed, record, measurement }: Value) => ({ seed, runId: record.runId, ...measurement });
const ownValue = ({ measurement }: Value) => measurement.value;

function meanOf(values: readonly number[]): number | undefined {
  return values.length > 0 ? mean(values) : undefined;
}

/**
 * Why a measurement should not be the one that decides, arm by arm; none where nothing speaks against it.
 *
 * @param atLeast of signal-to-noise, from the short runs to the long ones
 */
export function doubtsAbout(metric: string, atLeast: number, rows: readonly SignalRow[]): string[] {
  const own = rows.filter((row) => row.metric === metric);
  if (own.length === 0) return [`no pilot has ${metric}`];
  return own.flatMap(({ arm, signalFromShort, isAboveFloor }) => [
    ...(signalFromShort === undefined || signalFromShort >= atLeast
      ? []
      : [`${metric} of ${arm} has a signal-to-noise of ${signalFromShort.toFixed(1)}, below ${atLeast}`]),
    ...(isAboveFloor === false ? [`${metric} of ${arm} is at the floor after the long runs`] : []),
  ]);
}

/** `experiments/<name>.signal.csv`. @returns the path */
export function writeSignal(results: string, name: string, rows: readonly SignalRow[]): string {
  return writeTable(results, join('experiments', `${name}.signal.csv`), signalColumns, rows);
}
