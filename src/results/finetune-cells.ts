/** The cells of fine-tuning, checkpoint × task × seed: which of them a record has, and what it keeps of one. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { finetuneHashOf } from '../config/run-id.ts';
import type { RunConfig } from '../config/schema.ts';
import { type CellName, cellFileName } from '../downstream/finetune/answers-file.ts';
import type { FinetuneRow } from '../downstream/finetune/finetune-table.ts';
import { submissionPath } from '../downstream/finetune/glue-submission.ts';
import { epochsOf } from '../downstream/finetune/recipe.ts';
import type { PartScore } from '../downstream/tasks/answer-scores.ts';
import type { Task, TaskData } from '../downstream/tasks/task.ts';
import type { Reading } from '../model/classifier.ts';
import type { RunRecord } from './run-folder.ts';

/** Where in pre-training the weights are from. */
export interface CheckpointState {
  /** 0: untrained. */
  step: number;
  flops: number;
  officialFlops: number;
}

export const untrained: CheckpointState = { step: 0, flops: 0, officialFlops: 0 };

/** A task and the fine-tuning seeds that it still needs. */
export interface MissingCells {
  task: Task;
  seeds: number[];
}

/** How the rows of one arm are called. */
export function armName({ name }: { name: string }, { step }: Pick<CheckpointState, 'step'>): string {
  return step === 0 ? `${name}, untrained` : name;
}

export function cellOf(config: RunConfig, step: number, task: Task, finetuneSeed: number): CellName {
  return { checkpointStep: step, task: task.name, settings: finetuneHashOf(config), finetuneSeed };
}

/** The tasks of which a record has not all the scores that a configuration asks for. */
export function missingCells(
  config: RunConfig,
  tasks: readonly Task[],
  step: number,
  rows: readonly FinetuneRow[],
): MissingCells[] {
  const all = Array.from({ length: config.finetune.seeds }, (_, seed) => seed);
  return tasks.flatMap((task) => {
    const isMissing = (seed: number) => !rows.some(isOf(cellOf(config, step, task, seed), task.version));
    const seeds = all.filter(isMissing);
    return seeds.length > 0 ? [{ task, seeds }] : [];
  });
}

/** Whether a row is of a cell; of one's own task, of its present version. */
export function isOf(cell: CellName, version: string | undefined): (row: FinetuneRow) => boolean {
  return (row) =>
    row.taskVersion === version &&
    row.task === cell.task &&
    row.finetuneSeed === cell.finetuneSeed &&
    row.checkpointStep === cell.checkpointStep &&
    row.settings === cell.settings;
}

/** The rows of a finished cell. */
export function rowsOf(
  { runId, name, regime, seed }: RunRecord,
  config: RunConfig,
  { step, flops, officialFlops }: CheckpointState,
  { task, finetuneSeed }: { task: Task; finetuneSeed: number },
  { scores, elapsedSeconds, read }: { scores: readonly PartScore[]; elapsedSeconds: number; read: Reading },
): FinetuneRow[] {
  return scores.map((score) => ({
    ...{ runId, name: armName({ name }, { step }), regime, seed },
    ...cellOf(config, step, task, finetuneSeed),
    ...(task.version !== undefined && { taskVersion: task.version }),
    ...score,
    ...{ learningRate: config.finetune.learningRate, epochs: epochsOf(task, config.finetune) },
    ...{ read, headFirst: config.finetune.headFirst },
    ...{ trainFlops: flops, officialFlops, elapsedSeconds },
  }));
}

/** The folder of one fine-tuned model's predictions; dev's are in `dev` below it. */
export function predictionsFolder(runFolder: string, cell: CellName): string {
  return join(runFolder, 'predictions', cellFileName(cell));
}

/** Whether every part of a task has its file of predictions. */
export function hasPredictions(folder: string, task: Task, { dev, test = {} }: TaskData): boolean {
  const paths = [
    ...Object.keys(dev).map((part) => submissionPath(join(folder, 'dev'), task, part)),
    ...Object.keys(test).map((part) => submissionPath(folder, task, part)),
  ];
  return paths.every((path) => existsSync(path));
}
