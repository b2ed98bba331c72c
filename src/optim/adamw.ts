/**
 * Adam with decoupled weight decay, as google-research/electra has it: no bias correction by default, decay
 * times learning rate, gradients clipped by their global norm first, or (ours) by each network's own.
 *
 * @source google-research/electra, model/optimization.py
 */
import type { OptimiserConfig } from '../config/schema.ts';
import { type AdamWKernel, createAdamWKernel, type Moments } from './adamw-kernel.ts';
import type { StoredParameter } from './parameter-store.ts';

/** A run of weights that are updated alike. */
export interface OptimiserGroup {
  start: number;
  end: number;
  decays: boolean;
  /** Multiplies the learning rate. */
  scale: number;
  /** Owns the weights. */
  network: string;
}

/** Euclidean norms of a gradient before clipping. */
export interface GradientNorms {
  total: number;
  /** Of the weights that each updated network owns. */
  byNetwork: Record<string, number>;
}

export interface AdamW {
  /**
   * Updates `values` in place.
   *
   * @param step counted from 1, for bias correction
   */
  update(values: Float32Array, gradients: Float32Array, learningRate: number, step: number): GradientNorms;
}

type AdamOptions = Pick<
  OptimiserConfig,
  'beta1' | 'beta2' | 'epsilon' | 'weightDecay' | 'clipNorm' | 'biasCorrection'
> &
  Partial<Pick<OptimiserConfig, 'clipBy'>>;

/**
 * Groups of neighbouring weights of one network and the same treatment.
 *
 * @param scaleOf the learning-rate multiplier of a weight, or undefined where it is frozen
 */
export function optimiserGroups(
  parameters: readonly StoredParameter[],
  scaleOf: (parameter: StoredParameter) => number | undefined,
): OptimiserGroup[] {
  const groups: OptimiserGroup[] = [];
  for (const parameter of parameters) {
    const scale = scaleOf(parameter);
    if (scale === undefined) continue;
    const last = groups.at(-1);
    const { start, end, network, spec } = parameter;
    const group = { start, end, decays: spec.decays, scale, network };
    if (last && areAlike(last, group)) last.end = end;
    else groups.push(group);
  }
  return groups;
}

/**
 * The groups of what some networks own. Frozen means not in a list: the weights of other networks have no group.
 *
 * @param generatorRate multiplies the learning rate of what the generator owns
 */
export function trainedGroups(
  parameters: readonly StoredParameter[],
  networks: readonly string[],
  { generatorRate }: Pick<OptimiserConfig, 'generatorRate'>,
): OptimiserGroup[] {
  return optimiserGroups(parameters, ({ network, spec }) => {
    if (!networks.includes(network) || spec.isFrozen) return undefined;
    return network === 'generator' ? generatorRate : 1;
  });
}

function areAlike(a: OptimiserGroup, b: OptimiserGroup): boolean {
  return a.end === b.start && a.decays === b.decays && a.scale === b.scale && a.network === b.network;
}

/** AdamW on flat memory, with layer-wise rates. @param moments updated in place */
export function createAdamW(
  moments: Moments,
  groups: readonly OptimiserGroup[],
  options: AdamOptions,
): AdamW {
  const kernel = createAdamWKernel(moments.first.buffer);
  const { beta1, beta2, epsilon, weightDecay, clipNorm, clipBy } = options;
  const update: AdamW['update'] = (values, gradients, learningRate, step) => {
    const norms = gradientNorms(gradients, groups, kernel);
    const clipOf = (network: string) =>
      clipFactor(clipBy === 'network' ? norms.byNetwork[network]! : norms.total, clipNorm);
    const rate = learningRate * (options.biasCorrection ? correction(step, options) : 1);
    const arrays = { values, gradients, ...moments };
    for (const { start, end, decays, scale, network } of groups) {
      const clip = clipOf(network);
      const decay = decays ? learningRate * scale * weightDecay : 0;
      kernel.update(arrays, start, end, { clip, beta1, beta2, epsilon, stepSize: rate * scale, decay });
    }
    return norms;
  };
  return { update };
}

/** What a gradient of this norm is multiplied by. @param clipNorm largest norm, 0 = any */
function clipFactor(norm: number, clipNorm: number): number {
  return clipNorm > 0 && norm > clipNorm ? clipNorm / norm : 1;
}

function correction(step: number, { beta1, beta2 }: AdamOptions): number {
  return Math.sqrt(1 - beta2 ** step) / (1 - beta1 ** step);
}

function gradientNorms(
  gradients: Float32Array,
  groups: readonly OptimiserGroup[],
  kernel: AdamWKernel,
): GradientNorms {
  const squares: Record<string, number> = {};
  for (const { start, end, network } of groups) {
    squares[network] = (squares[network] ?? 0) + kernel.sumOfSquares(gradients, start, end);
  }
  const byNetwork = Object.entries(squares).map(([network, sum]) => [network, Math.sqrt(sum)] as const);
  const total = Math.sqrt(Object.values(squares).reduce((sum, square) => sum + square, 0));
  return { total, byNetwork: Object.fromEntries(byNetwork) };
}
