/**
 * What a fine-tuned model answered on dev, example by example: kept so that scores can be recomputed and resampled
 * (a bootstrap over examples) from the results folder alone. Texts are left out.
 *
 * One JSON file per checkpoint, task, settings and fine-tuning seed,
 * `<run>/answers/<task>/step-<n>-<settings>-seed-<k>.json`, where step 0 is the untrained control:
 *
 *     { "formatVersion": 1, "task": "rte", "labels": ["entailment", "not_entailment"],
 *       "parts": { "dev": { "predicted": [0, 1, 1], "actual": [0, 1, 0] } } }
 *
 * Entries are indices into `labels`, or numbers in the task's range where `labels` is empty; they stand in the order
 * of the task's examples, which is the same for every model, so two files of a task can be compared row by row.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomically } from '../../base/atomic-files.ts';
import { readJsonFile } from '../../base/json-file.ts';
import type { Answers } from '../tasks/answer-scores.ts';
import type { Task, TaskData } from '../tasks/task.ts';

/** Which fine-tuned model: a cell of the table. */
export interface CellName {
  task: string;
  /** 0: untrained. */
  checkpointStep: number;
  /** Hash of how fine-tuning is done. */
  settings: string;
  finetuneSeed: number;
}

/** How files of predictions are called, without an ending. */
export function cellFileName({ checkpointStep, settings, finetuneSeed }: CellName): string {
  return `step-${checkpointStep}-${settings}-seed-${finetuneSeed}`;
}

/** @returns the path of the file in the run's folder */
export function writeAnswers(
  folder: string,
  cell: CellName,
  { labels }: Task,
  dev: TaskData['dev'],
  answers: Answers,
): string {
  const path = answersPath(folder, cell);
  const parts = Object.entries(dev).map(([part, examples]) => [
    part,
    { predicted: [...answers[part]!], actual: examples.map(({ label }) => label) },
  ]);
  const content = { formatVersion: 1, task: cell.task, labels, parts: Object.fromEntries(parts) };
  writeFileAtomically(path, `${JSON.stringify(content)}\n`);
  return path;
}

export interface StoredAnswers {
  /** Class names; empty where the label is a number. */
  labels: string[];
  /** By dev part: class ids or numbers, [n] each. */
  parts: Record<string, { predicted: number[]; actual: number[] }>;
}

/**
 * @param folder the run's
 * @returns undefined where they were not kept: git has none
 * @throws {DataError} if the file is broken
 */
export function readAnswers(folder: string, cell: CellName): StoredAnswers | undefined {
  const path = answersPath(folder, cell);
  if (!existsSync(path)) return undefined;
  const remedy = 'delete this file: what it would add to claims.csv is left empty';
  return readJsonFile(path, 'answers', remedy) as StoredAnswers;
}

function answersPath(folder: string, cell: CellName): string {
  return join(folder, 'answers', cell.task, `${cellFileName(cell)}.json`);
}
