/**
 * Adam with decoupled weight decay, as google-research/electra has it: no bias correction by default, decay
 * times learning rate, gradients clipped by their global norm first.
 *
 * @source google-research/electra, model/optimization.py
 */
import type { OptimiserConfig } from '../config/schema.ts';
import type { StoredParameter } from './parameter-store.ts';

/** A run of weights that are updated alike. */
export interface OptimiserGroup {
  start: number;
  end: number;
  decays: boolean;
  /** Multiplies the learning rate. */
  scale: number;
}

/** Adam's running means of the gradient and of its square, laid out like the weights. */
export interface Moments {
  first: Float32Array;
  second: Float32Array;
}

export interface AdamW {
  /**
   * Updates `values` in place.
   *
   * @param step counted from 1, for bias correction
   * @returns the global norm of the gradient before clipping
   */
  update(values: Float32Array, gradients: Float32Array, learningRate: number, step: number): number;
}

type AdamOptions = Pick<
  OptimiserConfig,
  'beta1' | 'beta2' | 'epsilon' | 'weightDecay' | 'clipNorm' | 'biasCorrection'
>;

/**
 * Groups of neighbouring weights of the same treatment.
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
    const { start, end, spec } = parameter;
    if (last?.end === start && last.decays === spec.decays && last.scale === scale) last.end = end;
    else groups.push({ start, end, decays: spec.decays, scale });
  }
  return groups;
}

/** Moments of weights that have not been updated yet. */
export function createMoments(size: number): Moments {
  return { first: new Float32Array(size), second: new Float32Array(size) };
}

/** @param moments updated in place */
export function createAdamW(
  moments: Moments,
  groups: readonly OptimiserGroup[],
  options: AdamOptions,
): AdamW {
  const update: AdamW['update'] = (values, gradients, learningRate, step) => {
    const norm = globalNorm(gradients, groups);
    const clip = options.clipNorm > 0 && norm > options.clipNorm ? options.clipNorm / norm : 1;
    const rate = learningRate * (options.biasCorrection ? correction(step, options) : 1);
    for (const group of groups)
      updateGroup(values, gradients, moments, group, clip, rate, learningRate, options);
    return norm;
  };
  return { update };
}

function correction(step: number, { beta1, beta2 }: AdamOptions): number {
  return Math.sqrt(1 - beta2 ** step) / (1 - beta1 ** step);
}

function globalNorm(gradients: Float32Array, groups: readonly OptimiserGroup[]): number {
  let sum = 0;
  for (const { start, end } of groups) {
    for (let i = start; i < end; i++) sum += gradients[i]! * gradients[i]!;
  }
  return Math.sqrt(sum);
}

/** The hot loop of the host: plain numbers and typed arrays only. */
function updateGroup(
  values: Float32Array,
  gradients: Float32Array,
  { first: firstMoments, second: secondMoments }: Moments,
  { start, end, decays, scale }: OptimiserGroup,
  clip: number,
  rate: number,
  learningRate: number,
  { beta1, beta2, epsilon, weightDecay }: AdamOptions,
): void {
  const stepSize = rate * scale;
  const keep = decays ? 1 - learningRate * scale * weightDecay : 1;
  for (let i = start; i < end; i++) {
    const gradient = gradients[i]! * clip;
    const first = beta1 * firstMoments[i]! + (1 - beta1) * gradient;
    const second = beta2 * secondMoments[i]! + (1 - beta2) * gradient * gradient;
    firstMoments[i] = first;
    secondMoments[i] = second;
    values[i] = values[i]! * keep - (stepSize * first) / (Math.sqrt(second) + epsilon);
  }
}
