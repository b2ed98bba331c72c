/** Replaced-token detection: binary cross-entropy over the tokens. */
import { type Tensor, tf } from '../engine/tensors.ts';
import { weightedMean } from './weighted-mean.ts';

/**
 * Mean binary cross-entropy over the positions that count, from logits: softplus(z) − z · y.
 *
 * @param logits [T]
 * @param labels [T] float32, 1 = replaced
 * @param weights [B, L] or [T] float32, 1 where a token counts (all but padding)
 * @returns scalar, nats
 * @source ELECTRA §2 (L_Disc)
 */
export function replacedTokenLoss(logits: Tensor, labels: Tensor, weights: Tensor): Tensor {
  const counted = tf.reshape(weights, labels.shape);
  const lossPerToken = tf.sub(tf.softplus(logits), tf.mul(logits, labels)); // [T]
  return weightedMean(lossPerToken, counted);
}
