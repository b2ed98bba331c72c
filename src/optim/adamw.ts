/**
 * Adam with decoupled weight decay, as google-research/electra has it: no bias correction by default, decay
 * times learning rate, gradients clipped by their global norm first, or (ours) by each network's own.
 *
 * @source google-research/electra, model/optimization.py
 */
import {
  clipGradients,
  type Optimiser,
  type OptimiserGroup,
  type OptimiserKind,
  type OptimiserOptions,
} from './optimiser.ts';
import { createKernel, type Moments, type UpdateRule } from './update-kernel.ts';
import { type Code, f32x4 } from './wasm.ts';

export const adamw: OptimiserKind = { name: 'adamw', create: createAdamW };

/** AdamW on flat memory, with layer-wise rates. @param moments of the gradient and of its square, updated in place */
export function createAdamW(
  moments: Moments,
  groups: readonly OptimiserGroup[],
  options: OptimiserOptions,
): Optimiser {
  const kernel = createKernel(rule, moments.first.buffer);
  const { beta1, beta2, epsilon, weightDecay } = options;
  return {
    update(values, gradients, learningRate, step) {
      const { norms, clipOf } = clipGradients(gradients, groups, kernel, options);
      const rate = learningRate * (options.biasCorrection ? correction(step, options) : 1);
      const arrays = { values, gradients, ...moments };
      for (const { start, end, decays, scale, network } of groups) {
        const decay = decays ? learningRate * scale * weightDecay : 0;
        const betas = [beta1, 1 - beta1, beta2, 1 - beta2];
        kernel.update(arrays, start, end, [clipOf(network), ...betas, epsilon, rate * scale, decay]);
      }
      return norms;
    },
  };
}

function correction(step: number, { beta1, beta2 }: OptimiserOptions): number {
  return Math.sqrt(1 - beta2 ** step) / (1 - beta1 ** step);
}

/** Both of a pair come from outside, as 1 − 0.999 in float32 is off in the fifth digit. */
const [clip, beta1, rest1, beta2, rest2, epsilon, stepSize, decay] = [0, 1, 2, 3, 4, 5, 6, 7] as const;
const [gradient, first, second] = [0, 1, 2] as const;

const rule: UpdateRule = {
  scalars: 8,
  temporaries: 3,
  statements({ load, store, scalar, temporary: { get, set } }) {
    const blend = (beta: number, mean: Code, rest: number, sample: Code) =>
      f32x4.add(f32x4.multiply(scalar(beta), mean), f32x4.multiply(scalar(rest), sample));
    const square = f32x4.multiply(get(gradient), get(gradient));
    const step = f32x4.divide(
      f32x4.multiply(scalar(stepSize), get(first)),
      f32x4.add(f32x4.sqrt(get(second)), scalar(epsilon)),
    );
    // Not value · (1 − decay): a decay of 1e-5 has two digits in a float32 near one.
    const change = f32x4.add(step, f32x4.multiply(scalar(decay), load('values')));
    return [
      ...set(gradient, f32x4.multiply(load('gradients'), scalar(clip))),
      ...set(first, blend(beta1, load('first'), rest1, get(gradient))),
      ...set(second, blend(beta2, load('second'), rest2, square)),
      ...store('first', get(first)),
      ...store('second', get(second)),
      ...store('values', f32x4.subtract(load('values'), change)),
    ];
  },
};
