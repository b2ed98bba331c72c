/** The table that ends `run` and `sweep`: one line per run, what it learned and what it cost. */
import type { RunRecord } from '../experiment/run-folder.ts';
import { textTable } from './command.ts';

export function summaryTable(records: readonly RunRecord[]): string {
  const tasks = [...new Set(records.flatMap(({ finetune }) => finetune.map(({ task }) => task)))];
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
    ...tasks,
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
      ...tasks.map((task) => percent(meanScore(record, task))),
    ];
  });
  return textTable(header, rows);
}

/** What the columns mean and what always guessing would score, from the same records. */
export function summaryLegend(records: readonly RunRecord[]): string[] {
  const lines = [
    'MLM acc.: masked tokens predicted on held-out text (argmax); sampled: by a draw; replaced: masked tokens that the draw changes.',
    'RTD AUC: replaced tokens found on its own samples; by freq.: by token frequencies alone; same test: on one corruption for all arms.',
  ];
  const commonest = records[0]?.metrics.mlm_accuracy_commonest;
  if (commonest !== undefined)
    lines.push(`Always guessing the commonest token: ${percent(commonest)} MLM accuracy.`);
  for (const { task, majorityScore } of uniqueTasks(records)) {
    lines.push(`Always guessing the commonest class of ${task}: ${percent(majorityScore)}.`);
  }
  return lines;
}

function uniqueTasks(records: readonly RunRecord[]) {
  const rows = records.flatMap(({ finetune }) => finetune);
  return rows.filter(({ task }, i) => rows.findIndex((row) => row.task === task) === i);
}

function meanScore({ finetune }: RunRecord, task: string): number | undefined {
  const scores = finetune.filter((row) => row.task === task).map(({ score }) => score);
  return scores.length === 0 ? undefined : scores.reduce((a, b) => a + b, 0) / scores.length;
}

function percent(fraction: number | undefined): string {
  return fraction === undefined ? '' : `${(100 * fraction).toFixed(1)} %`;
}

function fixed(value: number | undefined): string {
  return value === undefined ? '' : value.toFixed(3);
}

function millions(tokens: number | undefined): string {
  return tokens === undefined ? '' : `${(tokens / 1e6).toFixed(2)} M`;
}
