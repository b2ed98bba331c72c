/**
 * The tensor library as the rest of the project sees it: tfjs-core with its gradient functions registered.
 *
 * The gradients come with tfjs-layers, which registers all of them, because tfjs-core's own list of them cannot be
 * imported under Node (its ES modules lack file extensions).
 */
import '@tensorflow/tfjs-layers';
import * as tf from '@tensorflow/tfjs-core';

export type Tensor = tf.Tensor;
export { tf };

// The JavaScript backend greets every Node user with an advertisement for tfjs-node; `doctor` says it better.
tf.env().set('IS_NODE', false);

/** Runs a function whose result is a constant for the gradient tape: no gradient passes through it. */
export function withoutGradient<T extends tf.Tensor>(compute: () => T): T {
  return tf.customGrad(() => ({ value: compute(), gradFunc: () => [] }))() as T;
}

/**
 * Values of all losses, and the gradient of `loss` with respect to each weight.
 *
 * @param compute gives scalars; `loss` is what is differentiated
 * @returns gradients under `gradients/<key>`
 */
export function differentiate(
  weights: Record<string, Tensor>,
  compute: (weights: Record<string, Tensor>) => { loss: Tensor },
): { losses: Record<string, Tensor>; gradients: Record<string, Tensor> } {
  const keys = Object.keys(weights);
  const losses: Record<string, Tensor> = {};
  const objective = (...tensors: Tensor[]) => {
    const result = compute(Object.fromEntries(keys.map((key, i) => [key, tensors[i]!])));
    // Only `loss` leaves the gradient scope by itself; the others would be disposed with it.
    for (const [name, tensor] of Object.entries(result)) losses[name] = tf.keep(tf.clone(tensor as Tensor));
    return result.loss as tf.Scalar;
  };
  const { grads } = tf.valueAndGrads(objective)(Object.values(weights));
  const gradients = Object.fromEntries(keys.map((key, i) => [`gradients/${key}`, grads[i]!]));
  return { losses, gradients };
}
