/**
 * The scores that downstream tasks report, by name: accuracy, F1, Matthews, Pearson and Spearman.
 *
 * Values are fractions, not percent, and agree with scikit-learn and SciPy. Averages over runs belong elsewhere.
 */
import { explain, ShapeError } from '../base/errors.ts';
import { assertFinite, assertLength } from './checks.ts';

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

/**
 * The fraction of examples whose predicted class is the true one.
 *
 * @param predicted [n], class ids
 * @param actual    [n], class ids
 * @throws {ShapeError} on unequal lengths or no examples
 */
export function scoreAccuracy(predicted: ArrayLike<number>, actual: ArrayLike<number>): number {
  assertPairs(predicted, actual);
  let right = 0;
  for (let i = 0; i < actual.length; i++) if (predicted[i] === actual[i]) right++;
  return right / actual.length;
}

/**
 * F1 of class 1 in a two-class task; 0 when class 1 neither occurs nor is predicted.
 *
 * @param predicted [n], 0 or 1
 * @param actual    [n], 0 or 1
 * @throws {ShapeError} on unequal lengths, no examples, or another class
 */
export function scoreBinaryF1(predicted: ArrayLike<number>, actual: ArrayLike<number>): number {
  return f1Of(1, countConfusion(predicted, actual, 2));
}

/**
 * Matthews correlation, for two classes or more; 0 when all predictions or all true classes are the same.
 *
 * @param predicted [n], class ids in [0, K)
 * @param actual    [n], class ids in [0, K)
 * @throws {ShapeError} on unequal lengths, no examples, or a class outside [0, K)
 * @source Gorodkin 2004, R_K; scikit-learn, matthews_corrcoef
 */
export function scoreMatthews(predicted: ArrayLike<number>, actual: ArrayLike<number>, K: number): number {
  const { predictedCounts, actualCounts, rightCounts } = countConfusion(predicted, actual, K);
  const n = actual.length;
  const covariance = n * sum(rightCounts) - dot(predictedCounts, actualCounts);
  const predictedVariance = n * n - dot(predictedCounts, predictedCounts);
  const actualVariance = n * n - dot(actualCounts, actualCounts);
  if (predictedVariance === 0 || actualVariance === 0) return 0;
  return covariance / Math.sqrt(predictedVariance * actualVariance);
}

/**
 * Pearson's product-moment correlation.
 *
 * @param x [n], finite
 * @param y [n], finite
 * @returns a number in [-1, 1], or undefined when either side is constant
 * @throws {ShapeError} on unequal lengths or no examples
 * @throws {TrainingError} on a value that is not finite
 */
export function scorePearson(x: ArrayLike<number>, y: ArrayLike<number>): number | undefined {
  assertPairs(x, y);
  assertFinite('predicted', x);
  assertFinite('actual', y);
  // Asked of the values, not of their variance: the mean of equal numbers may be off by a rounding error.
  if (isConstant(x) || isConstant(y)) return undefined;
  const [dx, dy] = [centred(x), centred(y)];
  const correlation = dot(dx, dy) / (Math.sqrt(dot(dx, dx)) * Math.sqrt(dot(dy, dy)));
  return Math.min(1, Math.max(-1, correlation));
}

/**
 * Spearman's rank correlation: Pearson's of the ranks, tied values sharing their mean rank.
 *
 * @param x [n], finite
 * @param y [n], finite
 * @returns a number in [-1, 1], or undefined when either side is constant
 * @throws {ShapeError} on unequal lengths or no examples
 * @throws {TrainingError} on a value that is not finite
 */
export function scoreSpearman(x: ArrayLike<number>, y: ArrayLike<number>): number | undefined {
  assertPairs(x, y);
  assertFinite('predicted', x);
  assertFinite('actual', y);
  return scorePearson(midRanks(x), midRanks(y));
}

interface Confusion {
  /** [K], how often each class was predicted. */
  predictedCounts: Float64Array;
  /** [K], how often each class is true. */
  actualCounts: Float64Array;
  /** [K], how often it was predicted and true. */
  rightCounts: Float64Array;
}

function countConfusion(predicted: ArrayLike<number>, actual: ArrayLike<number>, K: number): Confusion {
  assertPairs(predicted, actual);
  assertClasses('predicted', predicted, K);
  assertClasses('actual', actual, K);
  const [predictedCounts, actualCounts, rightCounts] = [
    new Float64Array(K),
    new Float64Array(K),
    new Float64Array(K),
  ];
  for (let i = 0; i < actual.length; i++) {
    predictedCounts[predicted[i]!]! += 1;
    actualCounts[actual[i]!]! += 1;
    if (predicted[i] === actual[i]) rightCounts[actual[i]!]! += 1;
  }
  return { predictedCounts, actualCounts, rightCounts };
}

function f1Of(k: number, { predictedCounts, actualCounts, rightCounts }: Confusion): number {
  const named = predictedCounts[k]! + actualCounts[k]!;
  return named === 0 ? 0 : (2 * rightCounts[k]!) / named;
}

/** Ranks from 1; equal values share the mean of the ranks that they cover. */
function midRanks(values: ArrayLike<number>): Float64Array {
  const order = Uint32Array.from({ length: values.length }, (_, i) => i);
  order.sort((a, b) => values[a]! - values[b]!);
  const ranks = new Float64Array(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && values[order[end]!] === values[order[start]!]) end++;
    // Ranks start + 1 … end.
    for (let i = start; i < end; i++) ranks[order[i]!] = (start + 1 + end) / 2;
    start = end;
  }
  return ranks;
}

function assertPairs(predicted: ArrayLike<number>, actual: ArrayLike<number>): void {
  assertLength('predicted', predicted, actual.length);
  if (actual.length === 0) throw new ShapeError(explain('actual', 'at least one example', 0));
}

function assertClasses(where: string, classes: ArrayLike<number>, K: number): void {
  for (let i = 0; i < classes.length; i++) {
    const k = classes[i]!;
    if (!Number.isInteger(k) || k < 0 || k >= K) {
      throw new ShapeError(explain(`${where}[${i}]`, `a class in [0, ${K})`, k));
    }
  }
}

function isConstant(values: ArrayLike<number>): boolean {
  for (let i = 1; i < values.length; i++) if (values[i] !== values[0]) return false;
  return true;
}

function centred(values: ArrayLike<number>): Float64Array {
  const copy = Float64Array.from(values);
  const mean = sum(copy) / copy.length;
  return copy.map((value) => value - mean);
}

function dot(x: Float64Array, y: Float64Array): number {
  return x.reduce((total, value, i) => total + value * y[i]!, 0);
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
