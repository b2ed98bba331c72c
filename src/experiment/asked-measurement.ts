/** What a run must be asked for so that it has one metric and no others that cost time, and what it answered. */

import { merge } from '../config/resolve.ts';
import { finetuneHashOf } from '../config/run-id.ts';
import type { RunConfig } from '../config/schema.ts';
import * as sections from '../config/sections.ts';
import type { Mapping } from '../config/yaml-file.ts';
import { finalRows } from './finetune-summary.ts';
import { type Measurement, measure } from './measurements.ts';
import { isDone, type RunRecord } from './run-folder.ts';
import { metricNames } from './tables.ts';

type AnsweredRecord = RunRecord & {
  probe?: readonly { task: string }[];
  pairs?: readonly { set: string }[];
};

/** The section that asks for a metric of a family, by the name after the family's dot. */
const families: Record<string, (name: string) => Mapping> = {
  task: (name) => ({ finetune: { tasks: [name], seeds: 1 } }),
  probe: (name) => ({ probe: { tasks: [name] } }),
  pairs: (name) => ({ pairs: { sets: [name.split('.')[0]] } }),
  'pairs-rtd': (name) => ({ pairs: { sets: [name.split('.')[0]] } }),
};

/** Every section that asks for something after the training, asking for nothing. */
const silent: Mapping = Object.fromEntries(
  Object.entries({
    finetune: { tasks: [], at: [] },
    probe: { tasks: [], at: [] },
    pairs: { sets: [], at: [] },
  }).filter(([name]) => Object.hasOwn(sections, name)),
);

/** What a metric may be, as messages say it. */
export const metricRule = 'downstream, task.<name>, probe.<task>, pairs.<set> or a measurement of runs.csv';

/** Whether a metric's name says what a run must be asked for; whether the task in it is there, the run says. */
export function canBeAskedFor(metric: string): boolean {
  const { family, name } = partsOf(metric);
  return metric === 'downstream' || metricNames.includes(metric) || (family in families && name !== '');
}

/** The changes of a configuration that ask for one metric alone. */
export function askedFor(metric: string): Mapping {
  if (metric === 'downstream') return { ...silent, finetune: { at: [] } };
  const { family, name } = partsOf(metric);
  return merge(silent, families[family]?.(name) ?? {});
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
  // Its record may be of another experiment, which fine-tunes it by another recipe.
  const own = { ...record, finetuneHash: finetuneHashOf(cell) };
  const measured = measure([own]).measurements.get(own.runId)?.get(metric);
  return measured ?? (hasAnswered(own, metric) ? {} : undefined);
}

/** A metric of the last evaluation is there as soon as the run is done. */
function hasAnswered(record: AnsweredRecord, metric: string): boolean {
  const { family, name } = partsOf(metric);
  const scores = finalRows([record]);
  if (metric === 'downstream') return scores.length > 0;
  if (family === 'task') return scores.some(({ task }) => task === name);
  if (family === 'probe') return (record.probe ?? []).some(({ task }) => task === name);
  if (family in families) return (record.pairs ?? []).some(({ set }) => set === name.split('.')[0]);
  return true;
}

/** `pairs.blimp.agreement` → `pairs` and `blimp.agreement`. */
function partsOf(metric: string): { family: string; name: string } {
  const [family = '', ...rest] = metric.split('.');
  return { family, name: rest.join('.') };
}
