/** The table of fine-tuning scores that ends `finetune`, `run` and `sweep`. */
import { percent } from '../base/percent.ts';
import { averageOverTasks, summariseTasks, type TaskSummary } from '../experiment/finetune-summary.ts';
import type { FinetuneRow } from '../finetune/finetune-table.ts';
import { textTable } from './command.ts';

/** Lines to print: a table with one line per checkpoint, task and metric, and what its columns mean. */
export function finetuneSummary(rows: readonly FinetuneRow[]): string[] {
  if (rows.length === 0) return [];
  const summaries = summariseTasks(rows);
  const hasSettings = new Set(summaries.map(({ settings }) => settings)).size > 1;
  const header = [
    ...['arm', 'step', ...(hasSettings ? ['learning rate', 'settings'] : []), 'task', 'metric'],
    ...['epochs', 'seeds', 'median', 'mean', 'majority', 'bag of words'],
  ];
  return [
    textTable(
      header,
      summaries.map((row) => cellsOf(row, hasSettings)),
    ),
    '',
    ...averageLines(summaries),
    'median, mean: over fine-tuning seeds (the paper reports medians); majority: always the commonest training label; bag of words: a linear model of the words.',
  ];
}

function cellsOf(row: TaskSummary, hasSettings: boolean): string[] {
  const { name, checkpointStep, task, part, metric, epochs, seeds } = row;
  return [
    ...[name, String(checkpointStep)],
    ...(hasSettings ? [String(row.learningRate), row.settings] : []),
    ...[part === 'dev' ? task : `${task}, ${part}`, metric, String(epochs), String(seeds)],
    ...[row.median, row.mean, row.majorityScore, row.bagOfWordsScore].map(percent),
  ];
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
