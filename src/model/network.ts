/** A network is an encoder with heads, planned as a list of weights and used as pure functions on a batch. */
import type { GeneratorConfig } from '../config/schema.ts';
import type { NoiseSource } from '../engine/program.ts';
import { type Tensor, tf, withoutGradient } from '../engine/tensors.ts';
import { type EncoderInput, embeddingTables, encode, encoderParameters } from './encoder.ts';
import { mlmHeadParameters, mlmLogits, rtdHeadParameters, rtdLogits } from './heads.ts';
import type { ParameterSpec, Weights } from './parameters.ts';
import { type EncoderSizes, generatorSizes } from './sizes.ts';

export type NetworkName = 'generator' | 'discriminator' | 'bert';

export interface NetworkPlan {
  name: NetworkName;
  sizes: EncoderSizes;
  parameters: ParameterSpec[];
  /** Weights that this network reads from another one instead of owning them. */
  borrows?: { from: NetworkName; names: readonly string[] };
}

/** A network inside one program: its plan, its weights as tensors, and how it is used. */
export interface Network {
  sizes: EncoderSizes;
  weights: Weights;
  noise: NoiseSource;
  scope: string;
  isTraining: boolean;
}

/** An encoder with a masked-LM head: a generator, or BERT itself. */
export function maskedLmPlan(name: 'generator' | 'bert', sizes: EncoderSizes): NetworkPlan {
  return { name, sizes, parameters: [...encoderParameters(sizes), ...mlmHeadParameters(sizes)] };
}

/** An encoder with a replaced-token-detection head. */
export function discriminatorPlan(sizes: EncoderSizes): NetworkPlan {
  return {
    name: 'discriminator',
    sizes,
    parameters: [...encoderParameters(sizes), ...rtdHeadParameters(sizes)],
  };
}

/**
 * Lets a network read its token, position and segment tables from another one, which then owns them.
 *
 * @source ELECTRA §3.2 (token and positional embeddings); google-research/electra also ties the segment table
 */
export function borrowEmbeddings(plan: NetworkPlan, from: NetworkName): NetworkPlan {
  const names = plan.parameters.map(({ name }) => name).filter((name) => embeddingTables.includes(name));
  return { ...plan, borrows: { from, names } };
}

/** ELECTRA's pair: a discriminator, and a generator of the configured size that shares its embedding tables. */
export function electraPlans(
  sizes: EncoderSizes,
  { size }: GeneratorConfig,
): [discriminator: NetworkPlan, generator: NetworkPlan] {
  const generator = maskedLmPlan('generator', generatorSizes(sizes, size));
  return [discriminatorPlan(sizes), borrowEmbeddings(generator, 'discriminator')];
}

/** The same network, whose borrowed tables are constants: its losses do not move what another network owns. */
export function withConstantTables(network: Network): Network {
  const weights = (name: string) => {
    const weight = network.weights(name);
    return embeddingTables.includes(name) ? withoutGradient(() => tf.clone(weight)) : weight;
  };
  return { ...network, weights };
}

/** The name under which a program and a checkpoint know a weight: its owner's. */
export function weightKey({ name, borrows }: NetworkPlan, parameter: string): string {
  return `${borrows?.names.includes(parameter) ? borrows.from : name}/${parameter}`;
}

/** The weights that a network owns. */
export function ownedParameters({ parameters, borrows }: NetworkPlan): ParameterSpec[] {
  return parameters.filter(({ name }) => !borrows?.names.includes(name));
}

/**
 * The generator's logits at the masked positions.
 *
 * @param positions [N] int32, indices into the B · L tokens
 * @returns [N, V]
 */
export function predictTokens(network: Network, input: EncoderInput, positions: Tensor): Tensor {
  return mlmLogits(encodeAt(network, input, positions), network.weights);
}

/** Hidden states at some positions. @param positions [N] int32 @returns [N, D] */
export function encodeAt(network: Network, input: EncoderInput, positions: Tensor): Tensor {
  return encode(input, network.weights, network, positions);
}

/** The discriminator's logit that each token was replaced. @returns [T] */
export function detectReplaced(network: Network, input: EncoderInput): Tensor {
  return rtdLogits(encode(input, network.weights, network), network.weights);
}
