/** Losses and gradients as the outputs of one program. */
import { type Tensor, tf } from './tensors.ts';

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
