/** Means over what counts: weights are 1, or 0 for padding and unused slots. */
import { type Tensor, tf } from '../engine/tensors.ts';

/**
 * Σ value · weight / Σ weight, and 0 where nothing counts.
 *
 * @param values any shape, float32
 * @param weights the same shape
 * @returns scalar
 */
export function weightedMean(values: Tensor, weights: Tensor): Tensor {
  return tf.div(tf.sum(tf.mul(values, weights)), countOf(weights));
}

/**
 * Each one's share of such a mean: weight / Σ weight.
 *
 * @param weights any shape, float32
 * @returns the same shape; they add up to 1, or are 0 where nothing counts
 */
export function sharesOf(weights: Tensor): Tensor {
  return tf.div(weights, countOf(weights));
}

/** How many count, and 1 where none does. */
function countOf(weights: Tensor): Tensor {
  return tf.maximum(tf.sum(weights), 1);
}
