/** What sits on top of an encoder: the masked-LM head, the discriminator head, the classification head. */
import { type Tensor, tf, withoutGradient } from '../engine/tensors.ts';
import { dense, gelu, layerNorm } from './layers.ts';
import { denseParameters, layerNormParameters, type ParameterSpec, type Weights } from './parameters.ts';
import type { EncoderSizes } from './sizes.ts';

/** Of the masked-LM head; its output table is the token embeddings. */
export function mlmHeadParameters(sizes: EncoderSizes): ParameterSpec[] {
  const { hidden, embedding, vocabulary, layers, outputBias, initialStd } = sizes;
  return [
    ...denseParameters('mlm.transform', hidden, embedding, layers + 1, initialStd),
    ...layerNormParameters('mlm.norm', embedding, layers + 1),
    { name: 'mlm.outputBias', shape: [vocabulary], initial: outputBias, decays: false, depth: layers + 1 },
  ];
}

/**
 * Vocabulary logits from hidden states; the output table is the token embedding table.
 *
 * @param hidden [N, D]
 * @returns logits [N, V]
 * @source google-research/electra, run_pretraining.py (_get_masked_lm_output)
 */
export function mlmLogits(hidden: Tensor, weights: Weights): Tensor {
  const transformed = layerNorm(gelu(dense(hidden, weights, 'mlm.transform')), weights, 'mlm.norm'); // [N, E]
  const logits = tf.matMul(
    transformed as tf.Tensor2D,
    weights('embeddings.token') as tf.Tensor2D,
    false,
    true,
  );
  return tf.add(logits, weights('mlm.outputBias'));
}

/** Of the discriminator head. */
export function rtdHeadParameters({ hidden, layers, initialStd }: EncoderSizes): ParameterSpec[] {
  return [
    ...denseParameters('rtd.transform', hidden, hidden, layers + 1, initialStd),
    ...denseParameters('rtd.output', hidden, 1, layers + 1, initialStd),
  ];
}

/**
 * The discriminator's logit that each token was replaced.
 *
 * @param hidden [T, D]
 * @returns logits [T]
 * @source google-research/electra, run_pretraining.py (_get_discriminator_output)
 */
export function rtdLogits(hidden: Tensor, weights: Weights): Tensor {
  const [T] = hidden.shape as [number, number];
  return tf.reshape(dense(gelu(dense(hidden, weights, 'rtd.transform')), weights, 'rtd.output'), [T]);
}

/** Of the gate that lets All-Tokens MLM copy its input. */
export function copyGateParameters({ hidden, layers, initialStd }: EncoderSizes): ParameterSpec[] {
  return denseParameters('copyGate', hidden, 1, layers + 1, initialStd);
}

/**
 * Log-odds that a token is copied from the input.
 *
 * @param hidden [T, D]
 * @returns [T]
 * @source ELECTRA §3.5 (All-Tokens MLM)
 */
export function copyGateLogits(hidden: Tensor, weights: Weights): Tensor {
  const [T] = hidden.shape as [number, number];
  return tf.reshape(dense(hidden, weights, 'copyGate'), [T]);
}

/** Of REINFORCE's baseline head. */
export function baselineParameters({ hidden, layers, initialStd }: EncoderSizes): ParameterSpec[] {
  return denseParameters('baseline', hidden, 1, layers + 1, initialStd);
}

/**
 * The reward that REINFORCE's baseline expects, one a position: wᵀh + b. The encoder below does not learn from it.
 *
 * @param hidden [N, D]
 * @returns [N], nats
 * @source ELECTRA Appendix F (a learned baseline on the generator's states); the linear form is ours
 */
export function expectedRewards(hidden: Tensor, weights: Weights): Tensor {
  const [N] = hidden.shape as [number, number];
  const constant = withoutGradient(() => tf.clone(hidden));
  return tf.reshape(dense(constant, weights, 'baseline'), [N]);
}

/** Of a classification head. @param features F, how many numbers it reads */
export function classifierParameters(
  { layers, initialStd }: EncoderSizes,
  features: number,
  classes: number,
): ParameterSpec[] {
  return denseParameters('classifier', features, classes, layers + 1, initialStd);
}

/**
 * Class logits from what is read of each sequence.
 *
 * @param features [B, F]
 * @param dropoutMask [B, F] or undefined in evaluation
 * @returns [B, K]
 * @source google-research/electra, finetune/classification (pooled [CLS], dropout, one dense layer)
 */
export function classLogits(features: Tensor, weights: Weights, dropoutMask?: Tensor): Tensor {
  return dense(dropoutMask ? tf.mul(features, dropoutMask) : features, weights, 'classifier');
}
