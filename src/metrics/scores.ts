/** The scores that a task can ask for, by name. */
import {
  scoreAccuracy,
  scoreBinaryF1,
  scoreMatthews,
  scorePearson,
  scoreSpearman,
} from './classification.ts';

export const metricNames = ['accuracy', 'f1', 'matthews', 'spearman', 'pearson'] as const;
export type MetricName = (typeof metricNames)[number];

/** Metrics of numbers; the others are of classes. */
export const regressionMetrics: readonly MetricName[] = ['spearman', 'pearson'];

/**
 * One score of predictions.
 *
 * @param predicted [n], class ids, or numbers for a metric of numbers
 * @param actual    [n], likewise
 * @param K         classes; read by Matthews only
 * @returns undefined where the metric is: a correlation with a constant
 * @throws {ShapeError} on unequal lengths, no examples or a class outside the metric's
 */
export function scoreBy(
  metric: MetricName,
  predicted: ArrayLike<number>,
  actual: ArrayLike<number>,
  K: number,
): number | undefined {
  switch (metric) {
    case 'accuracy':
      return scoreAccuracy(predicted, actual);
    case 'f1':
      return scoreBinaryF1(predicted, actual);
    case 'matthews':
      return scoreMatthews(predicted, actual, K);
    case 'spearman':
      return scoreSpearman(predicted, actual);
    case 'pearson':
      return scorePearson(predicted, actual);
  }
}
