/** What a reader must know before believing a run: a model that learned nothing can still be compared. */

/** Accuracy below this multiple of always guessing the commonest token: word frequencies and little else. */
const plateauRatio = 1.5;
/** A detector must beat one that sees token frequencies only by this much AUC. */
const detectionMargin = 0.02;

/**
 * @param metrics of the last evaluation, by name
 * @returns one sentence each; empty for a run that learned
 */
export function warningsFor(metrics: Readonly<Record<string, number>>): string[] {
  const { mlm_accuracy, mlm_accuracy_commonest, rtd_auc, rtd_frequency_auc, rtd_collapsed } = metrics;
  const warnings: string[] = [];
  if (mlm_accuracy! < plateauRatio * mlm_accuracy_commonest!) {
    const [accuracy, commonest] = [percent(mlm_accuracy!), percent(mlm_accuracy_commonest!)];
    warnings.push(
      `unigram plateau: predicts ${accuracy} of masked tokens, the commonest token alone ${commonest}`,
    );
  }
  if (rtd_auc !== undefined && rtd_auc < rtd_frequency_auc! + detectionMargin) {
    const [auc, frequency] = [rtd_auc.toFixed(3), rtd_frequency_auc!.toFixed(3)];
    warnings.push(`discriminator no better than token frequencies: AUC ${auc} against ${frequency}`);
  }
  if (rtd_collapsed === 1) warnings.push('discriminator collapsed: it calls (almost) no token replaced');
  return warnings;
}

function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(1)} %`;
}
