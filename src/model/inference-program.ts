/** What a pre-trained network says of every token: its encoder with its heads, as one program. */
import type { InputSpec, Program } from '../engine/program.ts';
import { type Tensor, tf } from '../engine/tensors.ts';
import { type EncoderInput, encode } from './encoder.ts';
import { copyGateLogits, mlmLogits, rtdLogits } from './heads.ts';
import type { NetworkName, NetworkPlan } from './network.ts';
import { networksFrom, weightInputs } from './program-weights.ts';

/** The inputs of an encoder. */
export function sequenceInputs(B: number, L: number): Record<keyof EncoderInput, InputSpec> {
  return {
    tokenIds: { shape: [B, L], dtype: 'int32' },
    segmentIds: { shape: [B, L], dtype: 'int32' },
    attentionMask: { shape: [B, L], dtype: 'float32' },
  };
}

/** What `transformers` calls the inputs of an encoder. */
export const outsideNames: Readonly<Record<keyof EncoderInput, string>> = {
  tokenIds: 'input_ids',
  segmentIds: 'token_type_ids',
  attentionMask: 'attention_mask',
};

/**
 * Inputs: a batch, the weights of all networks. Outputs, by the heads that there are: `logits` [B, L] that a token was
 * replaced, or [B, L, V] of tokens; `copyLogits` [B, L], the log-odds that a token is copied.
 *
 * @param plans all of a run's: a network may read another one's weights
 */
export function inferenceProgram(
  plans: readonly NetworkPlan[],
  name: NetworkName,
  B: number,
  L: number,
): Program {
  const { parameters, sizes } = plans.find((plan) => plan.name === name)!;
  const has = (parameter: string) => parameters.some((spec) => spec.name === parameter);
  return {
    name,
    inputs: { ...sequenceInputs(B, L), ...weightInputs(plans) },
    compute(inputs, noise) {
      const network = networksFrom(plans, (key) => inputs[`weights/${key}`]!, noise, false)(name);
      const { weights } = network;
      const hidden = encode(inputs as unknown as EncoderInput, weights, network); // [T, D]
      const perToken = (logits: Tensor) => tf.reshape(logits, [B, L]);
      if (has('rtd.output.weights')) return { logits: perToken(rtdLogits(hidden, weights)) };
      const logits = tf.reshape(mlmLogits(hidden, weights), [B, L, sizes.vocabulary]);
      if (!has('copyGate.weights')) return { logits };
      return { logits, copyLogits: perToken(copyGateLogits(hidden, weights)) };
    },
  };
}
