/** Whether a run learned anything: one that did not can still be compared, and must not decide a claim. */
import { percent } from '../base/percent.ts';
import type { GeneratorConfig } from '../config/schema.ts';
import type { RunRecord } from '../results/run-folder.ts';

/** Accuracy below this multiple of always guessing the commonest token: word frequencies and little else. */
const plateauRatio = 1.5;
/** A detector must beat one that sees token frequencies only by this much AUC. */
const detectionMargin = 0.02;

/** What decides which rules a run is judged by. */
interface Setting {
  generator: Pick<GeneratorConfig, 'kind'>;
}

export interface Learning {
  /** Why the run is marked failed-to-learn; none for a run that learned. */
  failures: string[];
  /** What a reader must know besides. */
  warnings: string[];
}

/**
 * That a detector calls no token replaced is only a warning: where one token in eight is replaced, a calibrated one
 * that has begun to learn does that too. It has failed where it ranks tokens no better than their frequencies do.
 *
 * @param metrics of the last evaluation, by name
 */
export function assessLearning(metrics: Readonly<Record<string, number>>, { generator }: Setting): Learning {
  const failures = [
    ...(generator.kind === 'network' ? plateauOf(metrics) : []), // frequencies are all that the others have
    ...blindnessOf(metrics),
  ];
  const hasCollapsed = metrics.rtd_collapsed === 1;
  const warnings = hasCollapsed ? ['discriminator collapsed: it calls (almost) no token replaced'] : [];
  return { failures, warnings };
}

/**
 * A run that failed to learn, with its reason and warnings as they would be written now: records keep the words of
 * their day, which did not name the bound. Its status stays what it was.
 */
export function inWordsOfNow(record: RunRecord, setting: Setting): RunRecord {
  if (record.status !== 'failed-to-learn') return record;
  const { failures, warnings } = assessLearning(record.metrics, setting);
  if (failures.length === 0) return record;
  return { ...record, reason: failures.join('; '), warnings: [...failures, ...warnings] };
}

function plateauOf({ mlm_accuracy, mlm_accuracy_commonest }: Readonly<Record<string, number>>): string[] {
  if (mlm_accuracy! >= plateauRatio * mlm_accuracy_commonest!) return [];
  const [accuracy, commonest] = [percent(mlm_accuracy!), percent(mlm_accuracy_commonest!)];
  const least = `${plateauRatio} × the commonest token's ${commonest}`;
  return [`predicts ${accuracy} of masked tokens, less than ${least} (unigram plateau)`];
}

/** A discriminator that learned from masked positions only may still tell those apart. */
function blindnessOf(metrics: Readonly<Record<string, number>>): string[] {
  const { rtd_auc, rtd_frequency_auc, rtd_masked_auc, rtd_masked_frequency_auc } = metrics;
  const beats = (auc: number | undefined, frequency: number | undefined) =>
    auc! >= frequency! + detectionMargin;
  if (rtd_auc === undefined || beats(rtd_auc, rtd_frequency_auc)) return [];
  if (beats(rtd_masked_auc, rtd_masked_frequency_auc)) return [];
  const [auc, frequency] = [rtd_auc.toFixed(3), rtd_frequency_auc!.toFixed(3)];
  const least = `${detectionMargin} above the ${frequency} of token frequencies`;
  return [`detects replaced tokens with an AUC of ${auc}, less than ${least}`];
}
