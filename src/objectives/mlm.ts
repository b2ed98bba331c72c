/** Masked language modelling: cross-entropy at the masked positions. */
import { type Tensor, tf } from '../engine/tensors.ts';
import { cellsOf } from './cells.ts';
import { sharesOf, weightedMean } from './weighted-mean.ts';

/** The smallest normal float32: a probability that underflowed costs −log of this, 87.3 nats, not infinity. */
export const smallestProbability = 1.1754943508222875e-38;

/**
 * Mean cross-entropy over the positions that count.
 *
 * @param logits [N, V]
 * @param targets [N] int32
 * @param weights [N] float32, 0 or 1
 * @returns scalar, nats
 * @source ELECTRA §2 (L_MLM)
 */
export function maskedLmLoss(logits: Tensor, targets: Tensor, weights: Tensor): Tensor {
  return weightedCrossEntropy(logits, targets, sharesOf(weights));
}

/**
 * Σ share · −log p(target). Its gradient, (probs − onehot) · share, is written out: the softmax is computed once
 * and the one-hot matrix never.
 *
 * @param logits [N, V]
 * @param targets [N] int32
 * @param shares [N] float32, any sign; no gradient reaches them
 * @returns scalar, nats
 */
export function weightedCrossEntropy(logits: Tensor, targets: Tensor, shares: Tensor): Tensor {
  const loss = tf.customGrad((x, save) => {
    const probs = tf.softmax(x as Tensor); // [N, V]
    const cells = cellsOf(targets); // [N, 2]
    const targetProbs = tf.gatherND(probs, cells); // [N]
    (save as tf.GradSaveFunc)([probs, cells, targetProbs, shares]);
    const value = tf.neg(tf.sum(tf.mul(shares, tf.log(tf.maximum(targetProbs, smallestProbability)))));
    return { value, gradFunc: (dy: Tensor, saved: Tensor[]) => crossEntropyGradient(dy, saved) };
  });
  return loss(logits);
}

function crossEntropyGradient(dy: Tensor, saved: Tensor[]): Tensor {
  const [probs, cells, targetProbs, shares] = saved as [Tensor, Tensor, Tensor, Tensor];
  const scale = tf.mul(shares, dy); // [N]
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

/**
 * Probability of each target, with a gradient: dp/dlogits = p · (onehot − probs).
 *
 * @param logits [N, V]
 * @param targets [N] int32
 * @returns [N]
 */
function targetProbs(logits: Tensor, targets: Tensor): Tensor {
  const probability = tf.customGrad((x, save) => {
    const probs = tf.softmax(x as Tensor); // [N, V]
    const cells = cellsOf(targets); // [N, 2]
    const value = tf.gatherND(probs, cells); // [N]
    (save as tf.GradSaveFunc)([probs, cells, value]);
    const gradFunc = (dy: Tensor, [probs, cells, chosen]: Tensor[]) => {
      const scale = tf.mul(dy, chosen!); // [N]
      const everywhere = tf.neg(tf.mul(probs!, tf.expandDims(scale, 1))); // [N, V]
      return tf.tensorScatterUpdate(everywhere, cells!, tf.mul(scale, tf.sub(1, chosen!)));
    };
    return { value, gradFunc };
  });
  return probability(logits);
}

/**
 * Mean −log of: gate · [input is the target] + (1 − gate) · p(target). The gate lets a model copy its input.
 *
 * @param logits [T, V]
 * @param gateLogits [T], log-odds of copying
 * @param isCopy [T] float32, 1 where the input token is the target
 * @param targets [T] int32
 * @param weights [T] float32, 1 where a token counts
 * @returns scalar, nats
 * @source ELECTRA §3.5 (All-Tokens MLM)
 */
export function copyMechanismLoss(
  logits: Tensor,
  gateLogits: Tensor,
  isCopy: Tensor,
  targets: Tensor,
  weights: Tensor,
): Tensor {
  const gate = tf.sigmoid(gateLogits); // [T]
  const predicted = tf.mul(tf.sub(1, gate), targetProbs(logits, targets)); // [T]
  const probs = tf.add(tf.add(tf.mul(gate, isCopy), predicted), smallestProbability); // [T]
  return tf.neg(weightedMean(tf.log(probs), weights));
}
