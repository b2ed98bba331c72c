/**
 * What TensorBoard shows of a run: every row of curves.csv as a scalar, and histograms where a row is a mean.
 *
 * Tags are `<arm>/<metric>`: the seeds of an arm share its charts, and TensorBoard groups charts by arm. curves.csv
 * decides what a log must hold: rows of before the log was asked for, or of which a crash took the event, are added.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { armOf } from '../../config/run-id.ts';
import type { RunConfig } from '../../config/schema.ts';
import type { Metric } from '../../evaluation/metric.ts';
import { declarationOf } from '../../metrics/measurements.ts';
import type { Progress } from '../../progress/progress.ts';
import { readRecord } from '../../results/run-folder.ts';
import type { EventLog } from '../../training/event-log.ts';
import { cutEventFiles, keyOf, openEventFile, removeEventFiles } from './event-files.ts';
import type { LoggedEvent, LoggedValue } from './event-records.ts';
import { histogramOf } from './histogram.ts';

export const logFormats = ['tensorboard'] as const;
export type LogFormat = (typeof logFormats)[number];

/**
 * Opens the log of a run that begins, or goes on after a step. Later events of before are cut off; the new file says
 * that they are void, for a TensorBoard that has read them.
 */
export function openEventLog(
  folder: string,
  config: RunConfig,
  { step, startedAt, progress }: { step: number; startedAt: string; progress: Progress },
): EventLog {
  if (step === 0) removeEventFiles(folder);
  const missing = missingEvents(folder, config, step, startedAt);
  const file = openEventFile(folder, ({ message }) =>
    progress.note(`${config.name}: no more events: ${message}`),
  );
  const described = describer();
  for (const event of missing) file.append(described(event));
  const now = () => Date.now() / 1000;
  if (step > 0) file.append({ wallTime: now(), step: step + 1, says: 'start' });
  return {
    append: (at, metrics) =>
      file.append(
        described({ wallTime: now(), step: at, says: metrics.flatMap((metric) => valuesOf(config, metric)) }),
      ),
    close: file.close,
  };
}

/** Gives a run that is finished the events that its log lacks: all scalars, if it was trained without one. */
export async function logStored(folder: string, config: RunConfig): Promise<void> {
  const { startedAt } = readRecord(folder)!;
  const missing = missingEvents(folder, config, Number.MAX_SAFE_INTEGER, startedAt);
  if (missing.length === 0) return;
  const failures: Error[] = [];
  const file = openEventFile(folder, (error) => failures.push(error));
  const described = describer();
  for (const event of missing) file.append(described(event));
  await file.close();
  if (failures.length > 0) throw failures[0];
}

/**
 * The rows of curves.csv, up to a step, that are in no event file. Their time is what the run had trained by then, from
 * its start: pauses are not in it.
 */
function missingEvents(folder: string, config: RunConfig, step: number, startedAt: string): LoggedEvent[] {
  const known = cutEventFiles(folder, step);
  const start = Date.parse(startedAt) / 1000;
  const events = new Map<number, { wallTime: number; values: LoggedValue[] }>();
  for (const row of rowsOf(folder)) {
    const [at, tag] = [Number(row.step), tagOf(config, row.metric!)];
    if (at > step || row.value === '' || known.has(keyOf(at, tag))) continue;
    const event = events.get(at) ?? { wallTime: start + Number(row.elapsed_seconds), values: [] };
    event.values.push({ tag, scalar: Number(row.value) });
    events.set(at, event);
  }
  return [...events].map(([at, { wallTime, values }]) => ({ wallTime, step: at, says: values }));
}

function rowsOf(folder: string): Record<string, string>[] {
  const path = join(folder, 'curves.csv');
  return existsSync(path) ? parse(readFileSync(path), { columns: true }) : [];
}

/** @returns what gives the first value of each tag its label and unit, where its measurement is declared */
function describer(): (event: LoggedEvent) => LoggedEvent {
  const known = new Set<string>();
  const describe = (value: LoggedValue): LoggedValue => {
    if (known.has(value.tag) || !('scalar' in value)) return value;
    known.add(value.tag);
    const declared = declarationOf(value.tag.slice(value.tag.lastIndexOf('/') + 1));
    return declared ? { ...value, about: `${declared.label} (${declared.unit})` } : value;
  };
  return (event) => (typeof event.says === 'string' ? event : { ...event, says: event.says.map(describe) });
}

function valuesOf(config: RunConfig, { name, value, samples }: Metric): LoggedValue[] {
  if (value === undefined) return [];
  const tag = tagOf(config, name);
  const scalar = { tag, scalar: value };
  // A name of its own: TensorBoard shows one kind of data for a tag.
  return samples?.length
    ? [scalar, { tag: `${tag}_by_position`, histogram: histogramOf(samples) }]
    : [scalar];
}

/** `joint/mlm_loss`; a slash in an arm's name would cut the group in two. */
function tagOf(config: RunConfig, metric: string): string {
  return `${armOf(config).replaceAll('/', '-')}/${metric}`;
}
