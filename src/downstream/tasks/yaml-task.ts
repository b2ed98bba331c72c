/** A task of the user's own: two tables and ten lines of YAML that say what their columns are. */
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { sha256 } from '../../base/atomic-files.ts';
import { ConfigError } from '../../base/errors.ts';
import { schemaNodeOf } from '../../config/json-schema.ts';
import { explainProblems } from '../../config/problems.ts';
import { readYamlFile } from '../../config/yaml-file.ts';
import { readText } from '../../data/corpora/text-file.ts';
import { type MetricName, metricNames, regressionMetrics } from '../../metrics/scores.ts';
import type { Task, TaskExample } from './task.ts';
import { columnOf, labelAt, numberWithin, readTsv } from './tsv.ts';

const text = z.string().min(1);

const description = z
  .strictObject({
    name: text.regex(/^[\w-]+$/).describe('names rows and folders: letters, digits, - and _'),
    title: text.optional(),
    source: text.optional().describe('where the labels come from, with the licence'),
    train: text.describe('a table with tabs between its columns, relative to this file'),
    dev: text.describe('as train; scores are made on it'),
    test: text.optional().describe('as train, labels not needed; for files of predictions'),
    header: z
      .array(text)
      .min(1)
      .optional()
      .describe('names of the columns, where the files do not begin with them'),
    columns: z.strictObject({
      first: text.describe('the text, or the first of a pair'),
      second: text.optional().describe('the other text of a pair'),
      label: text,
      id: text.optional(),
    }),
    labels: z.array(text).min(2).optional().describe('class names, as the column has them'),
    range: z.tuple([z.number(), z.number()]).optional().describe('lowest and highest number of a regression'),
    metrics: z.array(z.enum(metricNames)).min(1).optional(),
    maxLength: z.int().min(8).default(128).describe('longest sequence in tokens; longer ones are truncated'),
    epochs: z.int().min(1).optional().describe('instead of finetune.epochs'),
    unordered: z.boolean().default(false).describe('the order of a pair does not matter'),
  })
  .superRefine((task, context) => {
    for (const { path, expected, got } of conflictsIn(task))
      context.addIssue({ code: 'custom', path: [path], message: expected, input: got });
  });

type Description = z.infer<typeof description>;

/**
 * Reads a task's description; its tables are read when it is loaded.
 *
 * @throws {ConfigError} with file and line
 * @throws {DataError} if a table cannot be read
 */
export function readYamlTask(path: string): Task {
  const file = readYamlFile(path);
  const result = description.safeParse(file.mapping, { reportInput: true });
  if (!result.success) {
    const at = (keys: readonly PropertyKey[]) => [file.name, file.lineOf(keys) ?? 1].join(':');
    const { issues } = result.error;
    throw new ConfigError(explainProblems(issues, schemaNodeOf(description), (keys) => `${at(keys)}: `));
  }
  const { labels = [], range, epochs, ...rest } = result.data;
  const metrics = rest.metrics ?? [range ? 'spearman' : 'accuracy'];
  return {
    name: rest.name,
    suite: 'own',
    title: rest.title ?? rest.name,
    source: rest.source ?? path,
    labels,
    metrics: metrics as [MetricName, ...MetricName[]],
    maxLength: rest.maxLength,
    ...(range && { range }),
    ...(epochs && { epochs }),
    isUnordered: rest.unordered,
    version: versionOf(path, result.data),
    load: () => loadTables(path, result.data),
  };
}

/** Values that are each fine alone and impossible together. */
function conflictsIn({ labels, range, metrics = [], unordered, columns }: Partial<Description>) {
  const conflicts: { path: string; expected: string; got: unknown }[] = [];
  const found = (path: string, expected: string, got: unknown) => conflicts.push({ path, expected, got });
  if ((labels === undefined) === (range === undefined)) {
    const got = labels ? 'both' : 'nothing';
    found('labels', 'either labels (for classes) or range (for numbers)', got);
  }
  if (labels && new Set(labels).size < labels.length) found('labels', 'each label once', labels);
  if (range && range[0] >= range[1]) found('range', 'the lower number first', range);
  const isOfNumbers = (metric: MetricName) => regressionMetrics.includes(metric);
  const wrong = metrics.find((metric) => isOfNumbers(metric) !== (range !== undefined));
  if (wrong) found('metrics', range ? 'metrics of numbers' : 'metrics of classes', wrong);
  if (metrics.includes('f1') && labels?.length !== 2) found('metrics', 'two labels for f1', labels);
  if (unordered && columns?.second === undefined) found('unordered', 'a second column', 'none');
  return conflicts;
}

/** Of the description and of all it names: a score of other texts is not a score of these. */
function versionOf(path: string, { train, dev, test }: Description): string {
  const tables = [train, dev, ...(test ? [test] : [])].map((name) => resolve(dirname(path), name));
  return sha256(...[path, ...tables].map((file) => sha256(readText(file)))).slice(0, 10);
}

function loadTables(path: string, task: Description) {
  const read = (name: string, isLabelled: boolean) =>
    readExamples(resolve(dirname(path), name), task, isLabelled);
  return {
    train: read(task.train, true),
    dev: { dev: read(task.dev, true) },
    ...(task.test && { test: { test: read(task.test, false) } }),
  };
}

function readExamples(
  path: string,
  { header, columns, labels = [], range }: Description,
  isLabelled: boolean,
): TaskExample[] {
  const table = readTsv(path, { columns: header });
  const at = (name: string | undefined) => (name === undefined ? undefined : columnOf(table, name));
  const [first, second, id] = [at(columns.first)!, at(columns.second), at(columns.id)];
  const label = isLabelled ? at(columns.label)! : undefined;
  return table.rows.map(({ line, cells }) => {
    const labelOf = (text: string) =>
      range ? numberWithin(range, text, `${path}:${line}`) : labelAt(labels, text, `${path}:${line}`);
    return {
      first: cells[first]!,
      ...(second !== undefined && { second: cells[second]! }),
      ...(id !== undefined && { id: cells[id]! }),
      label: label === undefined ? -1 : labelOf(cells[label]!),
    };
  });
}
