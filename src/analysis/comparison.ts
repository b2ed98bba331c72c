/** Sets of runs side by side: the settings in which they differ, and every measurement with difference and interval. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isMapping, readYamlFile } from '../config/yaml-file.ts';
import { mean, standardDeviation } from '../statistics/describe.ts';
import { differenceP, intervalOf, welchEstimate } from '../statistics/difference.ts';
import type { Subject, SubjectGroup, SubjectRun } from './compared-subjects.ts';
import { type Measurements, measure, metricsOf } from './metric-values.ts';

export interface Comparison extends SubjectGroup {
  settings: ComparedSetting[];
  measurements: ComparedMetric[];
}

export interface ComparedSetting {
  /** Such as `optimiser.learningRate`. */
  key: string;
  /** By subject, as YAML has them; several where its runs differ, none where a configuration of an older version lacks the key. */
  values: string[][];
}

export interface ComparedMetric {
  metric: string;
  /** By subject; one without the metric has no seeds. */
  values: { seeds: number; mean?: number; deviation?: number }[];
  /** By subject, against the first, which has none; absent where one of the two lacks the metric. */
  differences: (Difference | undefined)[];
}

export interface Difference {
  difference: number;
  /** Welch's, 95 %. */
  interval?: { low: number; high: number };
  p?: number;
  /** Why there is no interval. */
  reason?: string;
}

export function compare(group: SubjectGroup): Comparison {
  return { ...group, settings: settingsOf(group.subjects), measurements: measurementsOf(group.subjects) };
}

/** What tells runs apart and decides nothing. */
const ownKeys = ['name', 'description', 'seed'];

function settingsOf(subjects: readonly Subject[]): ComparedSetting[] {
  const configs = subjects.map(({ runs }) => runs.map(flatConfiguration));
  const keys = [...new Set(configs.flat().flatMap((config) => [...config.keys()]))];
  const compared = keys.map((key) => ({
    key,
    values: configs.map((own) => [...new Set(own.flatMap((config) => config.get(key) ?? []))].sort()),
  }));
  return compared.filter(({ values }) => values.some((own) => own.join() !== values[0]!.join()));
}

/** Every key with its value, a list as JSON. Older versions had others, so the file is read and not checked. */
function flatConfiguration({ folder }: SubjectRun): Map<string, string> {
  const path = join(folder, 'config.yaml');
  const mapping = existsSync(path) ? readYamlFile(path).mapping : {};
  const kept = Object.entries(mapping).filter(([key]) => !ownKeys.includes(key));
  return new Map(kept.flatMap(([key, value]) => leaves(key, value)));
}

function leaves(key: string, value: unknown): [string, string][] {
  if (!isMapping(value)) return [[key, typeof value === 'string' ? value : JSON.stringify(value)]];
  return Object.entries(value).flatMap(([name, inner]) => leaves(`${key}.${name}`, inner));
}

function measurementsOf(subjects: readonly Subject[]): ComparedMetric[] {
  const places = subjects.map(({ runs }, i) =>
    runs.map(({ record }) => ({ id: `${i} ${record.runId}`, record })),
  );
  // One run may be in two folders, with other scores in each.
  const records = places.flat().map(({ id, record }) => ({ ...record, runId: id }));
  const { measurements } = measure(records);
  const ids = places.map((own) => own.map(({ id }) => id));
  return metricsOf(measurements).map((metric) => compareMetric(metric, ids, measurements));
}

function compareMetric(
  metric: string,
  ids: readonly (readonly string[])[],
  measurements: Measurements,
): ComparedMetric {
  const values = ids.map((own) => own.flatMap((id) => measurements.get(id)?.get(metric)?.value ?? []));
  return {
    metric,
    values: values.map(described),
    differences: values.map((own, i) => (i === 0 ? undefined : differenceOf(own, values[0]!))),
  };
}

function described(values: readonly number[]): ComparedMetric['values'][number] {
  const deviation = standardDeviation(values);
  return {
    seeds: values.length,
    ...(values.length > 0 && { mean: mean(values) }),
    ...(deviation !== undefined && { deviation }),
  };
}

/** @returns undefined where one of the two has no value */
export function differenceOf(own: readonly number[], first: readonly number[]): Difference | undefined {
  if (own.length === 0 || first.length === 0) return undefined;
  const difference = mean(own) - mean(first);
  const estimate = welchEstimate(own, first);
  if (estimate) return { difference, interval: intervalOf(estimate, 0.05), p: differenceP(estimate) };
  const isSingle = own.length < 2 || first.length < 2;
  return { difference, reason: isSingle ? 'one seed: no interval' : 'no spread: no interval' };
}
