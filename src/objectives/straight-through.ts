/**
 * Straight-through Gumbel-softmax: a token that is really sampled, with the gradient of a soft choice.
 *
 * @source Jang, Gu, Poole 2017 (Gumbel-softmax, straight-through); the temperature of the soft choice is 1
 */
import { type Tensor, tf, withoutGradient } from '../engine/tensors.ts';

/**
 * Logits with Gumbel noise. Their argmax is a sample of the softmax of `logits`; their softmax is the soft choice.
 *
 * @param logits [N, V]
 * @param uniform [N, V], in (0, 1)
 * @returns [N, V]
 */
export function perturb(logits: Tensor, uniform: Tensor): Tensor {
  const gumbel = withoutGradient(() => tf.neg(tf.log(tf.neg(tf.log(uniform)))));
  return tf.add(logits, gumbel);
}

/** The token that is chosen at each position. @param perturbed [N, V] @returns ids [N], int32 */
export function chooseTokens(perturbed: Tensor): Tensor {
  return withoutGradient(() => tf.argMax(perturbed, 1));
}

/**
 * Nothing, to be added to the token embeddings of the corrupted text. It lets the gradient of a loss, reversed, reach
 * the choice of tokens: with g = table · dL/dembedding at a masked position and p the soft choice, each logit gets
 * −p · (g − Σ p g). Descending on the loss elsewhere is then ascending on it here.
 *
 * @param perturbed [N, V]
 * @param table [V, E], the reader's token embeddings; no gradient reaches it
 * @param positions [N] int32, into the T tokens
 * @param weights [N] float32, 1 where the slot is used
 * @param T tokens of the text
 * @returns [T, E], all zero
 */
export function reversedChoice(
  perturbed: Tensor,
  table: Tensor,
  positions: Tensor,
  weights: Tensor,
  T: number,
): Tensor {
  const shift = tf.customGrad((x, save) => {
    (save as tf.GradSaveFunc)([tf.softmax(x as Tensor), table, positions, weights]);
    const gradFunc = (dy: Tensor, saved: Tensor[]) => tf.neg(gradientOfChoice(dy, saved));
    return { value: tf.zeros([T, table.shape[1]!]), gradFunc };
  });
  return shift(perturbed);
}

/** @param dy [T, E] @returns [N, V] */
function gradientOfChoice(dy: Tensor, saved: Tensor[]): Tensor {
  const [probs, table, positions, weights] = saved as [Tensor, Tensor, Tensor, Tensor];
  const used = tf.mul(tf.gather(dy, positions), tf.expandDims(weights, 1)); // [N, E]
  const worth = tf.matMul(used as tf.Tensor2D, table as tf.Tensor2D, false, true); // [N, V]
  const expected = tf.sum(tf.mul(probs, worth), 1, true); // [N, 1]
  return tf.mul(probs, tf.sub(worth, expected));
}
