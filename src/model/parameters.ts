/** Named weights: what a network declares, where they live in host memory, how they begin. */
import type { RandomStream } from '../base/random.ts';
import { sizeOf } from '../engine/program.ts';
import type { Tensor } from '../engine/tensors.ts';

/**
 * How a weight begins. `unigram`: the centred log frequency of each token in the training text, smoothed.
 * `frequencies`: logits of exactly the text's frequencies; `occurring`: of every token of the text alike.
 * `neighbours`: a relative-position bias [2R + 1, H] that is this large at one distance a head (−1, 1, −2, 2, …) and
 * 0 elsewhere.
 */
export type Initial =
  | 'zeros'
  | 'ones'
  | 'unigram'
  | 'frequencies'
  | 'occurring'
  | { std: number }
  | { neighbours: number };

/** The logit of a token that never occurs: far below any other, and finite. */
const neverLogit = -1e9;

/** One weight that a network declares. */
export interface ParameterSpec {
  /** Within its network, e.g. `layer.0.attention.output.weights`. */
  name: string;
  shape: number[];
  initial: Initial;
  /** Never trained, whatever the stage. */
  isFrozen?: boolean;
  /** Whether weight decay applies: not to biases, layer norms (as the reference) or the relative bias. */
  decays: boolean;
  /** 0 embeddings, i + 1 layer i, layers + 1 heads: for layer-wise learning rates. */
  depth: number;
}

/** Looks a weight up by its name within one network. */
export type Weights = (name: string) => Tensor;

/** A network's weights under a prefix: `scoped(w, 'layer.0')('output.bias')` is `w('layer.0.output.bias')`. */
export function scoped(weights: Weights, prefix: string): Weights {
  return (name) => weights(`${prefix}.${name}`);
}

/** Of a dense layer, x · weights + bias. */
export function denseParameters(
  name: string,
  from: number,
  to: number,
  depth: number,
  std: number,
): ParameterSpec[] {
  return [
    { name: `${name}.weights`, shape: [from, to], initial: { std }, decays: true, depth },
    { name: `${name}.bias`, shape: [to], initial: 'zeros', decays: false, depth },
  ];
}

/** Of a layer normalisation. */
export function layerNormParameters(name: string, size: number, depth: number): ParameterSpec[] {
  return [
    { name: `${name}.gain`, shape: [size], initial: 'ones', decays: false, depth },
    { name: `${name}.bias`, shape: [size], initial: 'zeros', decays: false, depth },
  ];
}

/** Of a look-up table, whose rows are embeddings: at the bottom of the network. */
export function tableParameter(name: string, rows: number, columns: number, std: number): ParameterSpec {
  return { name, shape: [rows, columns], initial: { std }, decays: true, depth: 0 };
}

/** Number of scalar weights. */
export function parameterCount(specs: readonly ParameterSpec[]): number {
  return specs.reduce((total, { shape }) => total + sizeOf(shape), 0);
}

/**
 * A weight's initial values; normal ones are cut off at two standard deviations.
 *
 * @param tokenCounts [V], how often each token occurs in the training text; special tokens count as never
 */
export function initialise(
  { shape, initial }: Pick<ParameterSpec, 'shape' | 'initial'>,
  random: RandomStream,
  tokenCounts: Uint32Array,
): Float32Array {
  const values = new Float32Array(sizeOf(shape));
  if (initial === 'zeros') return values;
  if (initial === 'ones') return values.fill(1);
  if (initial === 'unigram') return centredLogFrequencies(tokenCounts);
  if (initial === 'frequencies')
    return Float32Array.from(tokenCounts, (n) => (n > 0 ? Math.log(n) : neverLogit));
  if (initial === 'occurring') return Float32Array.from(tokenCounts, (n) => (n > 0 ? 0 : neverLogit));
  if ('neighbours' in initial) return neighbourBias(shape as [number, number], initial.neighbours);
  return values.map(() => initial.std * random.truncatedNormal());
}

function neighbourBias([distances, heads]: [number, number], strength: number): Float32Array {
  const values = new Float32Array(distances * heads);
  const reach = (distances - 1) / 2;
  for (let h = 0; h < heads; h++) {
    const distance = (1 + (Math.floor(h / 2) % reach)) * (h % 2 === 0 ? -1 : 1);
    values[(reach + distance) * heads + h] = strength;
  }
  return values;
}

function centredLogFrequencies(counts: Uint32Array): Float32Array {
  const logs = Float64Array.from(counts, (count) => Math.log(count + 1));
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  return Float32Array.from(logs, (log) => log - mean);
}
