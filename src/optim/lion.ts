/**
 * Lion: every weight moves by the same distance, the learning rate, in the direction of the sign of a mean of the
 * gradient. It keeps one moment a weight; the second stays 0. The published rates are a third to a tenth of Adam's, with
 * a weight decay as many times larger, β1 = 0.9 and β2 = 0.99.
 *
 * Clipping scales the gradient before the moment takes it in, as for AdamW; epsilon and bias correction have no part.
 *
 * @source Chen et al. 2023, "Symbolic Discovery of Optimization Algorithms", Algorithm 2 and §5
 */
import {
  clipGradients,
  type Optimiser,
  type OptimiserGroup,
  type OptimiserKind,
  type OptimiserOptions,
} from './optimiser.ts';
import { createKernel, type Moments, type UpdateRule } from './update-kernel.ts';
import { type Code, f32x4, v128 } from './wasm.ts';

export const lion: OptimiserKind = { name: 'lion', create: createLion };

/** Lion on flat memory, with layer-wise rates. @param moments the first is of the gradient, updated in place */
export function createLion(
  moments: Moments,
  groups: readonly OptimiserGroup[],
  options: OptimiserOptions,
): Optimiser {
  const kernel = createKernel(rule, moments.first.buffer);
  const { beta1, beta2, weightDecay } = options;
  return {
    update(values, gradients, learningRate) {
      const { norms, clipOf } = clipGradients(gradients, groups, kernel, options);
      const arrays = { values, gradients, ...moments };
      for (const { start, end, decays, scale, network } of groups) {
        const rate = learningRate * scale;
        const betas = [beta1, 1 - beta1, beta2, 1 - beta2];
        kernel.update(arrays, start, end, [clipOf(network), ...betas, rate, decays ? rate * weightDecay : 0]);
      }
      return norms;
    },
  };
}

const [clip, beta1, rest1, beta2, rest2, rate, decay] = [0, 1, 2, 3, 4, 5, 6] as const;
const [gradient, direction] = [0, 1] as const;

const rule: UpdateRule = {
  scalars: 7,
  temporaries: 2,
  statements({ load, store, scalar, temporary: { get, set } }) {
    const blend = (beta: number, rest: number) =>
      f32x4.add(f32x4.multiply(scalar(beta), load('first')), f32x4.multiply(scalar(rest), get(gradient)));
    const step = f32x4.multiply(scalar(rate), signOf(get(direction)));
    // Not value · (1 − decay), as in AdamW.
    const change = f32x4.add(step, f32x4.multiply(scalar(decay), load('values')));
    return [
      ...set(gradient, f32x4.multiply(load('gradients'), scalar(clip))),
      ...set(direction, blend(beta1, rest1)),
      ...store('first', blend(beta2, rest2)),
      ...store('values', f32x4.subtract(load('values'), change)),
    ];
  },
};

/** −1, 0 or 1; 0 for 0. */
function signOf(x: Code): Code {
  const [zero, one] = [f32x4.constant(0), f32x4.constant(1)];
  const isAtLeastZero = v128.and(one, f32x4.greaterOrEqual(x, zero));
  const isAtMostZero = v128.and(one, f32x4.greaterOrEqual(zero, x));
  return f32x4.subtract(isAtLeastZero, isAtMostZero);
}
