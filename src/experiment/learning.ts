/** Whether a run learned anything: one that did not can still be compared, and must not decide a claim. */
import type { RunConfig } from '../config/schema.ts';

/** Accuracy below this multiple of always guessing the commonest token: word frequencies and little else. */
const plateauRatio = 1.5;
/** A detector must beat one that sees token frequencies only by this much AUC. */
const detectionMargin = 0.02;

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
export function assessLearning(
  metrics: Readonly<Record<string, number>>,
  { generator }: Pick<RunConfig, 'generator'>,
): Learning {
  const failures = [
    ...(generator.kind === 'network' ? plateauOf(metrics) : []), // frequencies are all that the others have
    ...blindnessOf(metrics),
  ];
  const hasCollapsed = metrics.rtd_collapsed === 1;
  const warnings = hasCollapsed ? ['discriminator collapsed: it calls (almost) no token replaced'] : [];
  return { failures, warnings };
}

function plateauOf({ mlm_accuracy, mlm_accuracy_commonest }: Readonly<Record<string, number>>): string[] {
  if (mlm_accuracy! >= plateauRatio * mlm_accuracy_commonest!) return [];
  const [accuracy, commonest] = [percent(mlm_accuracy!), percent(mlm_accuracy_commonest!)];
  return [`unigram plateau: predicts ${accuracy} of masked tokens, the commonest token alone ${commonest}`];
}

/** A discriminator that learned from masked positions only may still tell those apart. */
function blindnessOf(metrics: Readonly<Record<string, number>>): string[] {
  const { rtd_auc, rtd_frequency_auc, rtd_masked_auc, rtd_masked_frequency_auc } = metrics;
  const beats = (auc: number | undefined, frequency: number | undefined) =>
    auc! >= frequency! + detectionMargin;
  if (rtd_auc === undefined || beats(rtd_auc, rtd_frequency_auc)) return [];
  if (beats(rtd_masked_auc, rtd_masked_frequency_auc)) return [];
  const [auc, frequency] = [rtd_auc.toFixed(3), rtd_frequency_auc!.toFixed(3)];
  return [`discriminator no better than token frequencies: AUC ${auc} against ${frequency}`];
}

function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(1)} %`;
}
