/** The tables that end `run`, `sweep` and `finetune`: what each run learned and cost, and its fine-tuning scores. */
import { groupBy } from '../base/group.ts';
import { percent } from '../base/percent.ts';
import type { FinetuneRow } from '../downstream/finetune/finetune-table.ts';
import {
  averageOverTasks,
  finalRows,
  firstMetrics,
  hasRecipeFailed,
  ownRows,
  summariseTasks,
  type TaskSummary,
} from '../results/finetuned-scores.ts';
import type { RunRecord } from '../results/run-folder.ts';
import { textTable } from './text-table.ts';

export function summaryTable(records: readonly RunRecord[]): string {
  const header = [
    'run',
    'tokens',
    'minutes',
    'MLM acc.',
    'sampled',
    'replaced',
    'RTD AUC',
    'by freq.',
    'same test',
  ];
  const rows = records.map((record) => {
    const { metrics, progress } = record;
    return [
      record.name,
      millions(progress?.tokens),
      progress ? (progress.elapsedSeconds / 60).toFixed(1) : '',
      percent(metrics.mlm_accuracy),
      percent(metrics.mlm_accuracy_sampled),
      percent(metrics.replaced_fraction),
      fixed(metrics.rtd_auc),
      fixed(metrics.rtd_frequency_auc),
      fixed(metrics.rtd_common_auc),
    ];
  });
  return textTable(header, rows);
}

/** One run in one line, for the display of a sweep. */
export function runSummary(record: RunRecord): string {
  const { status, metrics, reason } = record;
  if (status === 'interrupted') return reason ?? 'interrupted';
  const scores = summariseTasks(finalRows([record]));
  const parts = [
    ...(metrics.mlm_accuracy === undefined ? [] : [`MLM ${percent(metrics.mlm_accuracy)}`]),
    ...(metrics.rtd_auc === undefined ? [] : [`RTD AUC ${fixed(metrics.rtd_auc)}`]),
    ...scores.map(({ task, metric, median }) => `${task} ${metric} ${percent(median)}`),
  ];
  const outcome = status === 'failed-to-learn' ? `failed to learn (${reason})` : 'finished';
  return [outcome, ...parts].join(', ');
}

/** What the columns mean, what always guessing would score, and fine-tuning's scores, from the same records. */
export function summaryLegend(records: readonly RunRecord[]): string[] {
  const lines = [
    'MLM acc.: masked tokens predicted on held-out text (argmax); sampled: by a draw; replaced: masked tokens that sampling changes.',
    'RTD AUC: replaced tokens found on its own samples; by freq.: by token frequencies alone; same test: on one corruption for all arms.',
  ];
  const commonest = records[0]?.metrics.mlm_accuracy_commonest;
  if (commonest !== undefined)
    lines.push(`Always guessing the commonest token: ${percent(commonest)} MLM accuracy.`);
  const scores = finetuneSummary(ownRows(records));
  return scores.length > 0 ? [...lines, '', ...scores] : lines;
}

function fixed(value: number | undefined): string {
  return value === undefined ? '' : value.toFixed(3);
}

function millions(tokens: number | undefined): string {
  return tokens === undefined ? '' : `${(tokens / 1e6).toFixed(2)} M`;
}

/** Lines to print: a table with one line per checkpoint, task and metric, and what its columns mean. */
export function finetuneSummary(rows: readonly FinetuneRow[]): string[] {
  if (rows.length === 0) return [];
  const summaries = summariseTasks(rows);
  const hasSettings = new Set(summaries.map(({ settings }) => settings)).size > 1;
  const isHeadFirst = summaries.some(({ headOnlyScore }) => headOnlyScore !== undefined);
  const header = [
    'arm',
    'step',
    ...(hasSettings ? ['learning rate', 'settings'] : []),
    'task',
    'metric',
    'epochs',
    'seeds',
    'median',
    'mean',
    ...(isHeadFirst ? ['head alone'] : []),
    'majority',
    'bag of words',
  ];
  return [
    textTable(
      header,
      summaries.map((row) => cellsOf(row, hasSettings, isHeadFirst)),
    ),
    '',
    ...averageLines(summaries),
    ...failureLines(summaries, hasSettings),
    'median, mean: over fine-tuning seeds (the paper reports medians); majority: always the commonest training label; bag of words: a linear model of the words.',
    ...(isHeadFirst ? ['head alone: fitted on the frozen encoder, before the whole model was trained.'] : []),
  ];
}

function cellsOf(row: TaskSummary, hasSettings: boolean, isHeadFirst: boolean): string[] {
  const { name, checkpointStep, task, part, metric, epochs, seeds } = row;
  return [
    name,
    String(checkpointStep),
    ...(hasSettings ? [String(row.learningRate), row.settings] : []),
    part === 'dev' ? task : `${task}, ${part}`,
    metric,
    String(epochs),
    String(seeds),
    ...[row.median, row.mean, ...(isHeadFirst ? [row.headOnlyScore] : [])].map(percent),
    ...[row.majorityScore, row.bagOfWordsScore].map(percent),
  ];
}

/** `The recipe failed here: joint (step 3000) is below the head alone: mrpc 66.0 % (69.4 %).` One line a checkpoint. */
function failureLines(summaries: readonly TaskSummary[], hasSettings: boolean): string[] {
  const failed = groupBy(firstMetrics(summaries).filter(hasRecipeFailed), (row) => {
    const { name, checkpointStep, settings } = row;
    return `${name} (step ${checkpointStep}${hasSettings ? `, ${settings}` : ''})`;
  });
  const scores = ({ task, median, headOnlyScore }: TaskSummary) =>
    `${task} ${percent(median)} (${percent(headOnlyScore)})`;
  return [...failed].map(
    ([where, rows]) =>
      `The recipe failed here: ${where} is below the head alone: ${rows.map(scores).join(', ')}.`,
  );
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
