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

export interface AdamW {
  readonly firstMoments: Float32Array;
  readonly secondMoments: Float32Array;
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

/** @param size length of the arrays that will be updated */
export function createAdamW(size: number, groups: readonly OptimiserGroup[], options: AdamOptions): AdamW {
  const firstMoments = new Float32Array(size);
  const secondMoments = new Float32Array(size);
  const update: AdamW['update'] = (values, gradients, learningRate, step) => {
    const norm = globalNorm(gradients, groups);
    const clip = options.clipNorm > 0 && norm > options.clipNorm ? options.clipNorm / norm : 1;
    const rate = learningRate * (options.biasCorrection ? correction(step, options) : 1);
    for (const group of groups) {
      updateGroup(values, gradients, firstMoments, secondMoments, group, clip, rate, learningRate, options);
    }
    return norm;
  };
  return { firstMoments, secondMoments, update };
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
  firstMoments: Float32Array,
  secondMoments: Float32Array,
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
