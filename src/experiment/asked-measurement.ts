/** What a run must be asked for so that it has one metric and no others that cost time, and what it answered. */

import { type Measurement, measure } from '../analysis/metric-values.ts';
import { merge } from '../config/resolve.ts';
import { finetuneHashOf } from '../config/run-id.ts';
import type { RunConfig } from '../config/schema.ts';
import type { Mapping } from '../config/yaml-file.ts';
import type { FinetuneRow } from '../downstream/finetune/finetune-table.ts';
import type { PairsRow } from '../downstream/pairs/pairs-table.ts';
import type { ProbeRow } from '../downstream/probe/probe-table.ts';
import { heldOutNames } from '../metrics/measurements.ts';
import { finalRows } from '../results/finetuned-scores.ts';
import { isDone, type RunRecord } from '../results/run-folder.ts';

/** Of the families of minimal pairs. */
const scorers: Record<string, PairsRow['scorer']> = {
  pairs: 'pseudo-log-likelihood',
  'pairs-rtd': 'original-log-probability',
};

/** The section that asks for a metric of a family, by the name after the family's dot. */
const families: Record<string, (name: string) => Mapping> = {
  task: (name) => ({ finetune: { tasks: [name], seeds: 1 } }),
  probe: (name) => ({ probe: { tasks: [name] } }),
  pairs: (name) => ({ pairs: { sets: [name.split('.')[0]] } }),
  'pairs-rtd': (name) => ({ pairs: { sets: [name.split('.')[0]] } }),
};

/** Every section that asks for something after the training, asking for nothing. */
export const silent: Record<string, Mapping> = {
  finetune: { tasks: [], at: [] },
  probe: { tasks: [], at: [] },
  pairs: { sets: [], at: [] },
  training: { keepAt: [] },
};

/** What a metric may be, as messages say it. */
export const metricRule = 'downstream, task.<name>, probe.<task>, pairs.<set> or a measurement of runs.csv';

/** Whether a metric's name says what a run must be asked for; whether the task in it is there, the run says. */
export function canBeAskedFor(metric: string): boolean {
  const { family, name } = partsOf(metric);
  return metric === 'downstream' || heldOutNames.includes(metric) || (family in families && name !== '');
}

/** The changes of a configuration that ask for one metric alone. */
export function askedFor(metric: string): Mapping {
  if (metric === 'downstream') return { ...silent, finetune: { at: [] } };
  const { family, name } = partsOf(metric);
  return merge(silent, families[family]?.(name) ?? {});
}

/** The changes that ask for the metric at fractions of the training as well; what every evaluation gives needs none. */
export function askedOnTheWay(metric: string, at: readonly number[]): Mapping {
  const section = {
    task: 'finetune',
    downstream: 'finetune',
    probe: 'probe',
    pairs: 'pairs',
    'pairs-rtd': 'pairs',
  };
  const own = (section as Record<string, string>)[partsOf(metric).family];
  return own === undefined ? {} : { [own]: { at } };
}

/**
 * What a run of a configuration answered when it was asked for a metric.
 *
 * @returns undefined before it has answered; no value where its answers define none
 */
export function answerOf(
  record: RunRecord | undefined,
  cell: RunConfig,
  metric: string,
): Partial<Measurement> | undefined {
  if (!record || !isDone(record)) return undefined;
  const own = askedAs(cell, record);
  const measured = measure([own]).measurements.get(own.runId)?.get(metric);
  return measured ?? (hasAnswered(own, metric) ? {} : undefined);
}

/** A record that counts the scores of a configuration's own recipe: the run may be another experiment's as well. */
export function askedAs(cell: RunConfig, record: RunRecord): RunRecord {
  return { ...record, finetuneHash: finetuneHashOf(cell) };
}

/** A metric of the last evaluation is there as soon as the run is done. */
function hasAnswered(record: RunRecord, metric: string): boolean {
  const rows = rowsBehind(record, metric);
  return rows === undefined || rows.length > 0;
}

/** How long it took to get a metric of a run's last weights; undefined of what its evaluation gives. */
export function secondsOf(record: RunRecord, metric: string): number | undefined {
  const rows = rowsBehind(record, metric) ?? [];
  // All rows of one fine-tuned model, one probe or one set have the time that the whole took.
  const parts = new Map(rows.map((row) => [partOf(row), row.elapsedSeconds]));
  return parts.size === 0 ? undefined : [...parts.values()].reduce((sum, seconds) => sum + seconds);
}

type ScoreRow = FinetuneRow | ProbeRow | PairsRow;

function partOf(row: ScoreRow): string {
  return 'finetuneSeed' in row ? `${row.task} ${row.finetuneSeed}` : 'all';
}

/** The rows of a record that a metric is made of; undefined of one that is measured with every run. */
function rowsBehind(record: RunRecord, metric: string): ScoreRow[] | undefined {
  const { family, name } = partsOf(metric);
  const { probe, pairs, progress } = record;
  const isLast = ({ checkpointStep }: ScoreRow) => checkpointStep === progress?.step;
  if (metric === 'downstream') return finalRows([record]);
  if (family === 'task') return finalRows([record]).filter(({ task }) => task === name);
  if (family === 'probe') return probe.filter((row) => isLast(row) && row.task === name);
  if (!(family in scorers)) return undefined;
  const [set] = name.split('.');
  return pairs.filter((row) => isLast(row) && row.set === set && row.scorer === scorers[family]);
}

/** `pairs.blimp.agreement` → `pairs` and `blimp.agreement`. */
function partsOf(metric: string): { family: string; name: string } {
  const [family = '', ...rest] = metric.split('.');
  return { family, name: rest.join('.') };
}
