/** Named weights: what a network declares, where they live in host memory, how they begin. */
import type { RandomStream } from '../base/random.ts';
import { sizeOf } from '../engine/program.ts';
import type { Tensor } from '../engine/tensors.ts';

/** One weight that a network declares. */
export interface ParameterSpec {
  /** Within its network, e.g. `layer.0.attention.output.weights`. */
  name: string;
  shape: number[];
  initial: 'normal' | 'zeros' | 'ones';
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

export function dense(name: string, from: number, to: number, depth: number): ParameterSpec[] {
  return [
    { name: `${name}.weights`, shape: [from, to], initial: 'normal', decays: true, depth },
    { name: `${name}.bias`, shape: [to], initial: 'zeros', decays: false, depth },
  ];
}

export function layerNorm(name: string, size: number, depth: number): ParameterSpec[] {
  return [
    { name: `${name}.gain`, shape: [size], initial: 'ones', decays: false, depth },
    { name: `${name}.bias`, shape: [size], initial: 'zeros', decays: false, depth },
  ];
}

export function table(name: string, rows: number, columns: number): ParameterSpec {
  return { name, shape: [rows, columns], initial: 'normal', decays: true, depth: 0 };
}

/** Number of scalar weights. */
export function parameterCount(specs: readonly ParameterSpec[]): number {
  return specs.reduce((total, { shape }) => total + sizeOf(shape), 0);
}

/** Fills a weight with its initial values; normal ones are cut off at two standard deviations. */
export function initialise(
  { shape, initial }: Pick<ParameterSpec, 'shape' | 'initial'>,
  std: number,
  random: RandomStream,
): Float32Array {
  const values = new Float32Array(sizeOf(shape));
  if (initial === 'ones') return values.fill(1);
  if (initial === 'normal')
    for (let i = 0; i < values.length; i++) values[i] = std * random.truncatedNormal();
  return values;
}
