/** Masked language modelling: cross-entropy at the masked positions. */
import { type Tensor, tf } from '../engine/tensors.ts';
import { cellsOf } from './cells.ts';

/** The smallest normal float32: a probability that underflowed costs −log of this, 87.3 nats, not infinity. */
export const smallestProbability = 1.1754943508222875e-38;

/**
 * Mean cross-entropy over the positions that count. Its gradient, (probs − onehot) · weight / total, is written
 * out: the softmax is computed once and the one-hot matrix never.
 *
 * @param logits [N, V]
 * @param targets [N] int32
 * @param weights [N] float32, 0 or 1
 * @returns scalar, nats
 * @source ELECTRA §3.1 (L_MLM)
 */
export function maskedLmLoss(logits: Tensor, targets: Tensor, weights: Tensor): Tensor {
  const loss = tf.customGrad((x, save) => {
    const probs = tf.softmax(x as Tensor); // [N, V]
    const cells = cellsOf(targets); // [N, 2]
    const targetProbs = tf.gatherND(probs, cells); // [N]
    const share = tf.div(weights, tf.maximum(tf.sum(weights), 1)); // [N]
    (save as tf.GradSaveFunc)([probs, cells, targetProbs, share]);
    const value = tf.neg(tf.sum(tf.mul(share, tf.log(tf.maximum(targetProbs, smallestProbability)))));
    return { value, gradFunc: (dy: Tensor, saved: Tensor[]) => crossEntropyGradient(dy, saved) };
  });
  return loss(logits);
}

function crossEntropyGradient(dy: Tensor, saved: Tensor[]): Tensor {
  const [probs, cells, targetProbs, share] = saved as [Tensor, Tensor, Tensor, Tensor];
  const scale = tf.mul(share, dy); // [N]
  const everywhere = tf.mul(probs, tf.expandDims(scale, 1)); // [N, V]
  const atTargets = tf.mul(tf.sub(targetProbs, 1), scale); // [N]
  return tf.tensorScatterUpdate(everywhere, cells, atTargets);
}

/**
 * Log-probability of each target.
 *
 * @param probs [N, V]
 * @param targets [N] int32
 * @returns [N], nats
 */
export function targetLogProbs(probs: Tensor, targets: Tensor): Tensor {
  return tf.log(tf.maximum(tf.gatherND(probs, cellsOf(targets)), smallestProbability));
}
