/** From a generator's predictions to the discriminator's input. Nothing here lets a gradient through. */
import { type Tensor, tf, withoutGradient } from '../engine/tensors.ts';
import type { Batch } from './batch.ts';

/**
 * Samples one token per masked position by inverse cumulative distribution: one uniform number a position,
 * where Gumbel-max needs V.
 *
 * @param logits [N, V], unnormalised
 * @param uniform [N], in (0, 1)
 * @returns ids [N], int32; no gradient reaches `logits`
 * @source ELECTRA §3.1
 */
export function sampleTokens(logits: Tensor, uniform: Tensor): Tensor {
  return withoutGradient(() => {
    const [, V] = logits.shape as [number, number];
    const cumulative = tf.cumsum(tf.softmax(logits), 1); // [N, V]
    // Float sums end near 1, not at it: draws are scaled to the sum that was reached.
    const total = tf.slice(cumulative, [0, V - 1], [-1, 1]); // [N, 1]
    const isBelow = tf.less(cumulative, tf.mul(tf.expandDims(uniform, 1), total)); // [N, V]
    return tf.minimum(tf.cast(tf.sum(tf.cast(isBelow, 'float32'), 1), 'int32'), tf.scalar(V - 1, 'int32'));
  });
}

/**
 * The original tokens at the masked positions.
 *
 * @returns [N] int32; [CLS] in unused slots
 */
export function maskedTargets({ tokenIds, maskedPositions }: Batch): Tensor {
  return withoutGradient(() => tf.gather(flat(tokenIds), maskedPositions));
}

/**
 * The sequence with each masked token replaced by another.
 *
 * @param replacements [N] int32
 * @returns [B, L] int32
 */
export function corrupt(batch: Batch, replacements: Tensor): Tensor {
  return withoutGradient(() => {
    const { tokenIds, maskedPositions, maskedWeights } = batch;
    // An unused slot writes back the [CLS] that it points at.
    const updates = tf.where(tf.greater(maskedWeights, 0), replacements, maskedTargets(batch));
    return tf.reshape(
      tf.tensorScatterUpdate(flat(tokenIds), tf.expandDims(maskedPositions, 1), updates),
      tokenIds.shape,
    );
  });
}

/**
 * The discriminator's labels: 1 where a token differs from the original. A sampled token that equals the
 * original counts as original.
 *
 * @returns [T] float32
 * @source ELECTRA §3.1
 */
export function isReplaced(corruptedIds: Tensor, tokenIds: Tensor): Tensor {
  return withoutGradient(() => tf.cast(tf.notEqual(flat(corruptedIds), flat(tokenIds)), 'float32'));
}

function flat(x: Tensor): Tensor {
  return tf.reshape(x, [x.size]);
}
