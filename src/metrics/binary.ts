/**
 * How well logits tell 1 from 0: threshold metrics, ROC AUC and the check for collapse.
 *
 * What cannot be computed is `undefined`, never 0 or NaN, so that it becomes an empty cell.
 */
import { explain, ShapeError } from '../base/errors.ts';
import { assertFinite, assertLength } from './checks.ts';

/** A collapsed classifier calls fewer examples minority than this fraction of those that truly are. */
const collapseFraction = 0.01;

export interface BinaryMetrics {
  /** Examples that the mask let through. */
  count: number;
  /** The accuracy of always answering the commoner class. */
  majorityRate: number | undefined;
  accuracy: number | undefined;
  /** Undefined when nothing was predicted positive. */
  precision: number | undefined;
  /** Undefined without positive examples. */
  recall: number | undefined;
  /** 2 TP / (2 TP + FP + FN): 0, not undefined, when there were positives and none was predicted. */
  f1: number | undefined;
  /** Undefined with one class. */
  auc: number | undefined;
  /** See {@link scoreBinary}. Undefined with one class, where answering only that class is right. */
  hasCollapsed: boolean | undefined;
}

/**
 * Scores logits against labels; an example is predicted positive when its logit is above 0.
 *
 * `hasCollapsed` is true when the predictions of the rarer class number less than 1 % of its true examples.
 * It looks at predictions only: where positives are rare, a calibrated but weak classifier also stays below
 * logit 0, so read it beside `auc`.
 *
 * @param logits [n], unnormalised log-odds of label 1, finite
 * @param labels [n], 0 or 1
 * @param mask   [n], an example counts where this is not 0; without a mask all count
 * @throws {ShapeError} on unequal lengths or another label
 * @throws {TrainingError} on a logit that counts and is not finite
 */
export function scoreBinary(
  logits: Float32Array,
  labels: Uint8Array,
  mask?: ArrayLike<number>,
): BinaryMetrics {
  assertLength('labels', labels, logits.length);
  if (mask) assertLength('mask', mask, logits.length);
  const positives = sortedLogitsOf(1, logits, labels, mask);
  const negatives = sortedLogitsOf(0, logits, labels, mask);
  const [P, N] = [positives.length, negatives.length];
  const truePositives = countAboveZero(positives);
  const falsePositives = countAboveZero(negatives);
  const predictedPositives = truePositives + falsePositives;
  return {
    count: P + N,
    majorityRate: ratio(Math.max(P, N), P + N),
    accuracy: ratio(truePositives + N - falsePositives, P + N),
    precision: ratio(truePositives, predictedPositives),
    recall: ratio(truePositives, P),
    f1: ratio(2 * truePositives, predictedPositives + P),
    auc: ratio(countOrderedPairs(positives, negatives), P * N),
    hasCollapsed: P && N ? isMajorityOnly(P, N, predictedPositives) : undefined,
  };
}

/** The logits of one class that count, ascending: native typed-array sort, no comparator. */
function sortedLogitsOf(
  label: 0 | 1,
  logits: Float32Array,
  labels: Uint8Array,
  mask?: ArrayLike<number>,
): Float32Array {
  const chosen = logits.filter((_, i) => {
    if (labels[i]! > 1) throw new ShapeError(explain(`labels[${i}]`, '0 or 1', labels[i]));
    return labels[i] === label && mask?.[i] !== 0;
  });
  assertFinite('logits', chosen);
  return chosen.sort();
}

/**
 * Pairs (positive, negative) in the right order, a tie counting one half: AUC × P × N.
 * The same number as the rank sum with mid-ranks, by one merge of two sorted lists.
 */
function countOrderedPairs(positives: Float32Array, negatives: Float32Array): number {
  let [below, notAbove, pairs] = [0, 0, 0];
  for (const logit of positives) {
    while (below < negatives.length && negatives[below]! < logit) below++;
    while (notAbove < negatives.length && negatives[notAbove]! <= logit) notAbove++;
    pairs += (below + notAbove) / 2;
  }
  return pairs;
}

function isMajorityOnly(P: number, N: number, predictedPositives: number): boolean {
  const predictedNegatives = P + N - predictedPositives;
  // With equally many of both, either class may be the one that was forgotten.
  if (P === N) return Math.min(predictedPositives, predictedNegatives) < collapseFraction * P;
  return P < N ? predictedPositives < collapseFraction * P : predictedNegatives < collapseFraction * N;
}

function countAboveZero(logits: Float32Array): number {
  let count = 0;
  for (const logit of logits) if (logit > 0) count++;
  return count;
}

function ratio(part: number, whole: number): number | undefined {
  return whole === 0 ? undefined : part / whole;
}
