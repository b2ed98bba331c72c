/** The table of fine-tuning scores that ends `finetune`, `run` and `sweep`. */
import { percent } from '../base/percent.ts';
import type { FinetuneRow } from '../downstream/finetune/finetune-table.ts';
import {
  averageOverTasks,
  hasRecipeFailed,
  summariseTasks,
  type TaskSummary,
} from '../results/finetuned-scores.ts';
import { textTable } from './command.ts';

/** Lines to print: a table with one line per checkpoint, task and metric, and what its columns mean. */
export function finetuneSummary(rows: readonly FinetuneRow[]): string[] {
  if (rows.length === 0) return [];
  const summaries = summariseTasks(rows);
  const hasSettings = new Set(summaries.map(({ settings }) => settings)).size > 1;
  const isHeadFirst = summaries.some(({ headOnlyScore }) => headOnlyScore !== undefined);
  const header = [
    ...['arm', 'step', ...(hasSettings ? ['learning rate', 'settings'] : []), 'task', 'metric'],
    ...[
      'epochs',
      'seeds',
      'median',
      'mean',
      ...(isHeadFirst ? ['head alone'] : []),
      'majority',
      'bag of words',
    ],
  ];
  return [
    textTable(
      header,
      summaries.map((row) => cellsOf(row, hasSettings, isHeadFirst)),
    ),
    '',
    ...averageLines(summaries),
    ...summaries.filter(hasRecipeFailed).map(failureLine),
    'median, mean: over fine-tuning seeds (the paper reports medians); majority: always the commonest training label; bag of words: a linear model of the words.',
    ...(isHeadFirst ? ['head alone: fitted on the frozen encoder, before everything was trained.'] : []),
  ];
}

function cellsOf(row: TaskSummary, hasSettings: boolean, isHeadFirst: boolean): string[] {
  const { name, checkpointStep, task, part, metric, epochs, seeds } = row;
  return [
    ...[name, String(checkpointStep)],
    ...(hasSettings ? [String(row.learningRate), row.settings] : []),
    ...[part === 'dev' ? task : `${task}, ${part}`, metric, String(epochs), String(seeds)],
    ...[row.median, row.mean, ...(isHeadFirst ? [row.headOnlyScore] : [])].map(percent),
    ...[row.majorityScore, row.bagOfWordsScore].map(percent),
  ];
}

/** `The recipe failed here: joint (step 3000), mrpc accuracy: median 66.0 %, head alone 69.4 %.` */
function failureLine({
  name,
  checkpointStep,
  task,
  part,
  metric,
  median,
  headOnlyScore,
}: TaskSummary): string {
  const where = `${name} (step ${checkpointStep}), ${part === 'dev' ? task : `${task}, ${part}`} ${metric}`;
  return `The recipe failed here: ${where}: median ${percent(median)}, head alone ${percent(headOnlyScore)}.`;
}

function averageLines(summaries: readonly TaskSummary[]): string[] {
  const { tasks, arms } = averageOverTasks(summaries);
  const wasLeftOut = new Set(summaries.map(({ task }) => task)).size > tasks.length;
  if (tasks.length < 2 || arms.length === 0) return [];
  const why = wasLeftOut && arms.length > 1 ? ', which all arms have' : '';
  const of = arms.map(
    ({ name, checkpointStep, average }) => `${name} (step ${checkpointStep}) ${percent(average)}`,
  );
  return [`Average of medians over ${tasks.join(', ')}${why}: ${of.join('; ')}.`];
}
