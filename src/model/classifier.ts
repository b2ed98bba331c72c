/** An encoder with a classification head, as fine-tuning uses it. */
import { type Tensor, tf, withoutGradient } from '../engine/tensors.ts';
import { type EncoderInput, encode, encoderParameters } from './encoder.ts';
import { classifierParameters, classLogits } from './heads.ts';
import type { Network, NetworkPlan } from './network.ts';
import type { EncoderSizes } from './sizes.ts';

/**
 * What of the last layer the head reads: the state of [CLS]; the mean over all tokens; both means of a pair with their
 * distance and product, [u, v, |u − v|, u · v]; or the mean over the pieces of one word.
 *
 * @source ELECTRA, finetune/classification ([CLS]); Conneau et al. 2017, InferSent (pairs)
 */
export type Reading = 'first-token' | 'mean' | 'pair-means' | 'word';

/** What a classifier reads of a batch. */
export interface ClassifierInput extends EncoderInput {
  /** [B, L] float32, 1 where a piece of the word is; with the reading `word` only */
  wordMask?: Tensor;
}

/** How many numbers the head reads. */
export function featureCount({ hidden }: Pick<EncoderSizes, 'hidden'>, reading: Reading): number {
  return reading === 'pair-means' ? 4 * hidden : hidden;
}

/** A pre-trained network's encoder with a fresh head; the pre-training head stays behind. */
export function classifierPlan(pretrained: NetworkPlan, classes: number, reading: Reading): NetworkPlan {
  const { name, sizes } = pretrained;
  const head = classifierParameters(sizes, featureCount(sizes, reading), classes);
  return { name, sizes, parameters: [...encoderParameters(sizes), ...head] };
}

/**
 * Class logits of each sequence.
 *
 * @param headDropout applied to what the head reads, while training
 * @returns [B, K]
 */
export function classify(
  network: Network,
  input: ClassifierInput,
  reading: Reading,
  headDropout: number,
): Tensor {
  const features = readFeatures(network, input, reading); // [B, F]
  const isDropping = network.isTraining && headDropout > 0;
  const mask = isDropping
    ? network.noise.dropout(`${network.scope}.classifier.dropout`, features.shape, headDropout)
    : undefined;
  return classLogits(features, network.weights, mask);
}

/** What the head reads of each sequence. @returns [B, F] */
export function readFeatures(network: Network, input: ClassifierInput, reading: Reading): Tensor {
  const [B, L] = input.tokenIds.shape as [number, number];
  if (reading === 'first-token') {
    const firsts = Int32Array.from({ length: B }, (_, b) => b * L);
    return encode(input, network.weights, network, { rows: tf.tensor1d(firsts, 'int32') }); // [B, D]
  }
  const { attentionMask } = input;
  const hidden = tf.reshape(encode(input, network.weights, network), [B, L, network.sizes.hidden]);
  if (reading === 'mean') return meanOver(hidden, attentionMask);
  if (reading === 'word') return meanOver(hidden, input.wordMask!);
  const second = tf.mul(attentionMask, tf.cast(input.segmentIds, 'float32')); // [B, L]
  const [u, v] = [meanOver(hidden, tf.sub(attentionMask, second)), meanOver(hidden, second)]; // [B, D] each
  const parts = tf.stack([u, v, magnitude(tf.sub(u, v)), tf.mul(u, v)], 1); // [B, 4, D]
  return tf.reshape(parts, [B, featureCount(network.sizes, reading)]);
}

/** @param hidden [B, L, D] @param mask [B, L], 0 or 1 @returns [B, D] */
function meanOver(hidden: Tensor, mask: Tensor): Tensor {
  const [B, L, D] = hidden.shape as [number, number, number];
  const shares = tf.div(mask, tf.sum(mask, 1, true)); // [B, L]
  return tf.reshape(tf.matMul(tf.reshape(shares, [B, 1, L]), hidden as tf.Tensor3D), [B, D]);
}

/** |x|, by kernels that can be recorded. */
function magnitude(x: Tensor): Tensor {
  const sign = withoutGradient(() => tf.sub(tf.mul(tf.cast(tf.greater(x, 0), 'float32'), 2), 1));
  return tf.mul(x, sign);
}
