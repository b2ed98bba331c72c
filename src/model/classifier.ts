/** An encoder with a classification head, as fine-tuning uses it. */
import { type Tensor, tf } from '../engine/tensors.ts';
import { type EncoderInput, encode, encoderParameters } from './encoder.ts';
import { classifierParameters, classLogits } from './heads.ts';
import type { Network, NetworkPlan } from './network.ts';

/** A pre-trained network's encoder with a fresh head; the pre-training head stays behind. */
export function classifierPlan(pretrained: NetworkPlan, classes: number): NetworkPlan {
  const { name, sizes } = pretrained;
  return { name, sizes, parameters: [...encoderParameters(sizes), ...classifierParameters(sizes, classes)] };
}

/**
 * Class logits of each sequence.
 *
 * @param headDropout applied to the [CLS] vector while training
 * @returns [B, K]
 */
export function classify(network: Network, input: EncoderInput, headDropout: number): Tensor {
  const [B, L] = input.tokenIds.shape as [number, number];
  const firsts = tf.tensor1d(
    Int32Array.from({ length: B }, (_, b) => b * L),
    'int32',
  );
  const hidden = encode(input, network.weights, network, { rows: firsts }); // [B, D]
  const isDropping = network.isTraining && headDropout > 0;
  const shape = [B, network.sizes.hidden];
  const mask = isDropping
    ? network.noise.dropout(`${network.scope}.classifier.dropout`, shape, headDropout)
    : undefined;
  return classLogits(hidden, network.weights, mask);
}
