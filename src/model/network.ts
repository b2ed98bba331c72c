/** A network is an encoder with heads, planned as a list of weights and used as pure functions on a batch. */
import type { NoiseSource } from '../engine/program.ts';
import { type Tensor, tf, withoutGradient } from '../engine/tensors.ts';
import { type EncoderInput, encode } from './encoder.ts';
import { mlmLogits, rtdLogits } from './heads.ts';
import { type ParameterSpec, parameterCount, type Weights } from './parameters.ts';
import type { EncoderSizes } from './sizes.ts';

export type NetworkName = 'generator' | 'discriminator' | 'bert';

export interface NetworkPlan {
  name: NetworkName;
  sizes: EncoderSizes;
  parameters: ParameterSpec[];
  /** Where the pre-training head is used, if not where the paper's is (`officialStepFlops`): what counts its cost. */
  headReads?: 'masked' | 'all';
  /** No encoder: one distribution over the vocabulary, whatever the text. */
  isContextFree?: boolean;
  /** Weights that this network reads from another one instead of owning them. */
  borrows?: { from: NetworkName; names: readonly string[] };
  /** Weights that are another network's, as constants, plus an offset that this network owns. */
  offsets?: { from: NetworkName; names: readonly string[] };
}

/** A network inside one program: its plan, its weights as tensors, and how it is used. */
export interface Network {
  sizes: EncoderSizes;
  isContextFree: boolean;
  weights: Weights;
  /** Whether a weight belongs to another network. */
  isBorrowed(name: string): boolean;
  noise: NoiseSource;
  scope: string;
  isTraining: boolean;
}

/** The name under which a program and a checkpoint know a weight, or what an offset is added to: its owner's. */
export function weightKey({ name, borrows, offsets }: NetworkPlan, parameter: string): string {
  const loan = [borrows, offsets].find((lent) => lent?.names.includes(parameter));
  return `${loan?.from ?? name}/${parameter}`;
}

/** What a network that adds an offset to another's weight calls the offset. */
export function offsetName(parameter: string): string {
  return `${parameter}.offset`;
}

/** The weights that a network owns. */
export function ownedParameters({ parameters, borrows }: NetworkPlan): ParameterSpec[] {
  return parameters.filter(({ name }) => !borrows?.names.includes(name));
}

/** How many weights each network owns. */
export function weightCounts(plans: readonly NetworkPlan[]): Record<string, number> {
  return Object.fromEntries(plans.map((plan) => [plan.name, parameterCount(ownedParameters(plan))]));
}

/** The same network as one that only runs: no dropout, and no gradient reaches its weights. */
export function frozen(network: Network): Network {
  const weights = (name: string) => withoutGradient(() => tf.clone(network.weights(name)));
  return { ...network, weights, isTraining: false };
}

/** The same network, whose borrowed weights are constants: its losses do not move what another network owns. */
export function withConstantLoans(network: Network): Network {
  const weights = (name: string) => {
    const weight = network.weights(name);
    return network.isBorrowed(name) ? withoutGradient(() => tf.clone(weight)) : weight;
  };
  return { ...network, weights };
}

/**
 * A masked language model's logits at some positions.
 *
 * @param positions [N] int32, indices into the B · L tokens, N / B of each sequence in turn
 * @returns [N, V]
 */
export function predictTokens(network: Network, input: EncoderInput, positions: Tensor): Tensor {
  if (network.isContextFree) return tf.add(tf.zeros([positions.size, 1]), network.weights('logits'));
  return mlmLogits(encodeAt(network, input, positions), network.weights);
}

/** Hidden states at some positions. @param positions as predictTokens @returns [N, D] */
export function encodeAt(network: Network, input: EncoderInput, positions: Tensor): Tensor {
  return encode(input, network.weights, network, { rows: positions });
}

/**
 * The discriminator's logit that each token was replaced.
 *
 * @param shift [T, E], see `encode`
 * @returns [T]
 */
export function detectReplaced(network: Network, input: EncoderInput, shift?: Tensor): Tensor {
  return rtdLogits(encode(input, network.weights, network, { shift }), network.weights);
}
