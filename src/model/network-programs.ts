/** Networks in programs: weights as inputs, networks made of them, and what a trained network says of every token. */
import type { InputSpec, NoiseSource, Program } from '../engine/program.ts';
import { type Tensor, tf, withoutGradient } from '../engine/tensors.ts';
import { type EncoderInput, encode } from './encoder.ts';
import { copyGateLogits, mlmLogits, rtdLogits } from './heads.ts';
import {
  type Network,
  type NetworkName,
  type NetworkPlan,
  offsetName,
  ownedParameters,
  weightKey,
} from './network.ts';

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

/** One input per weight that the networks own. */
export function weightInputs(plans: readonly NetworkPlan[]): Record<string, InputSpec> {
  return Object.fromEntries(
    plans.flatMap((plan) =>
      ownedParameters(plan).map(
        ({ name, shape }) => [`weights/${plan.name}/${name}`, { shape, dtype: 'float32' as const }] as const,
      ),
    ),
  );
}

/** Networks whose weights come from `weightOf`, by their owner's key. */
export function networksFrom(
  plans: readonly NetworkPlan[],
  weightOf: (key: string) => Tensor,
  noise: NoiseSource,
  isTraining: boolean,
): (name: NetworkName) => Network {
  return (name: NetworkName): Network => {
    const plan = plans.find((candidate) => candidate.name === name)!;
    const weights = (parameter: string) => weightIn(plan, parameter, weightOf);
    const isBorrowed = (parameter: string) => plan.borrows?.names.includes(parameter) ?? false;
    const { sizes, isContextFree = false } = plan;
    return { sizes, isContextFree, weights, isBorrowed, noise, scope: name, isTraining };
  };
}

function weightIn(plan: NetworkPlan, parameter: string, weightOf: (key: string) => Tensor): Tensor {
  const weight = weightOf(weightKey(plan, parameter));
  if (!plan.offsets?.names.includes(parameter)) return weight;
  const base = withoutGradient(() => tf.clone(weight));
  return tf.add(base, weightOf(`${plan.name}/${offsetName(parameter)}`));
}
