/** What an optimiser is, which weights it moves at which rate, and how long gradients are clipped. */
import type { OptimiserConfig } from '../config/schema.ts';
import type { StoredParameter } from './parameter-store.ts';
import type { Moments, UpdateKernel } from './update-kernel.ts';

export interface Optimiser {
  /**
   * Updates `values` in place.
   *
   * @param step counted from 1, for bias correction
   */
  update(values: Float32Array, gradients: Float32Array, learningRate: number, step: number): GradientNorms;
}

/** Everything that an optimiser keeps between steps is in the moments: checkpoints hold no more. */
export interface OptimiserKind {
  name: string;
  /** @param moments updated in place */
  create(moments: Moments, groups: readonly OptimiserGroup[], options: OptimiserOptions): Optimiser;
}

export type OptimiserOptions = Pick<
  OptimiserConfig,
  'beta1' | 'beta2' | 'epsilon' | 'weightDecay' | 'clipNorm' | 'biasCorrection'
> &
  Partial<Pick<OptimiserConfig, 'clipBy'>>;

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

/**
 * Norms of the gradients, and what each network's are multiplied by before they are used.
 *
 * @param options.clipNorm largest norm, 0 = any
 */
export function clipGradients(
  gradients: Float32Array,
  groups: readonly OptimiserGroup[],
  kernel: UpdateKernel,
  { clipNorm, clipBy }: Pick<OptimiserOptions, 'clipNorm' | 'clipBy'>,
): { norms: GradientNorms; clipOf(network: string): number } {
  const norms = gradientNorms(gradients, groups, kernel);
  const clipOf = (network: string) => {
    const norm = clipBy === 'network' ? norms.byNetwork[network]! : norms.total;
    return clipNorm > 0 && norm > clipNorm ? clipNorm / norm : 1;
  };
  return { norms, clipOf };
}

function gradientNorms(
  gradients: Float32Array,
  groups: readonly OptimiserGroup[],
  kernel: UpdateKernel,
): GradientNorms {
  const squares: Record<string, number> = {};
  for (const { start, end, network } of groups) {
    squares[network] = (squares[network] ?? 0) + kernel.sumOfSquares(gradients, start, end);
  }
  const byNetwork = Object.entries(squares).map(([network, sum]) => [network, Math.sqrt(sum)] as const);
  const total = Math.sqrt(Object.values(squares).reduce((sum, square) => sum + square, 0));
  return { total, byNetwork: Object.fromEntries(byNetwork) };
}
