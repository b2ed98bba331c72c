/** The table that ends `run` and `sweep`: one line per run, what it learned and what it cost. */
import { percent } from '../base/percent.ts';
import { finalRows, ownRows, summariseTasks } from '../results/finetuned-scores.ts';
import type { RunRecord } from '../results/run-folder.ts';
import { textTable } from './command.ts';
import { finetuneSummary } from './finetune-summary.ts';

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
    'MLM acc.: masked tokens predicted on held-out text (argmax); sampled: by a draw; replaced: masked tokens that the draw changes.',
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
