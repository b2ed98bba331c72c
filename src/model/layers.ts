/** The building blocks of a Transformer, as pure functions on two-dimensional tensors [T, D], T = B · L tokens. */
import { type Tensor, tf } from '../engine/tensors.ts';
import type { Weights } from './parameters.ts';

/** x [T, D] · weights [D, F] + bias [F] → [T, F] */
export function dense(x: Tensor, weights: Weights, name: string): Tensor {
  return tf.add(
    tf.matMul(x as tf.Tensor2D, weights(`${name}.weights`) as tf.Tensor2D),
    weights(`${name}.bias`),
  );
}

/** BERT's: added to the variance, so that a constant row does not divide by zero. */
const layerNormEpsilon = 1e-12;

/**
 * Layer normalisation over the last axis, with the closed form of its gradient:
 * for n = (x − mean) / σ, dx = (dn − mean(dn) − n · mean(dn · n)) / σ.
 *
 * @param x [T, D]
 * @returns [T, D]
 */
export function layerNorm(x: Tensor, weights: Weights, name: string): Tensor {
  return tf.add(tf.mul(normalise(x), weights(`${name}.gain`)), weights(`${name}.bias`));
}

const normalise = tf.customGrad((x, save) => {
  const centred = tf.sub(x as Tensor, tf.mean(x as Tensor, -1, true));
  const variance = tf.mean(tf.square(centred), -1, true); // [T, 1]
  const inverseDeviation = tf.rsqrt(tf.add(variance, layerNormEpsilon)); // [T, 1]
  const normalised = tf.mul(centred, inverseDeviation);
  (save as tf.GradSaveFunc)([normalised, inverseDeviation]);
  const gradFunc = (dn: Tensor, saved: Tensor[]) => {
    const [n, inverse] = saved as [Tensor, Tensor];
    const along = tf.mul(n, tf.mean(tf.mul(dn, n), -1, true));
    return tf.mul(tf.sub(tf.sub(dn, tf.mean(dn, -1, true)), along), inverse);
  };
  return { value: normalised, gradFunc };
});

/**
 * GELU, exact: x · Φ(x), with gradient Φ(x) + x · φ(x).
 *
 * @param x any shape
 */
export const gelu = tf.customGrad((x, save) => {
  const input = x as Tensor;
  const cdf = tf.add(tf.mul(tf.erf(tf.mul(input, Math.SQRT1_2)), 0.5), 0.5);
  (save as tf.GradSaveFunc)([input, cdf]);
  const gradFunc = (dy: Tensor, saved: Tensor[]) => {
    const [input, cdf] = saved as [Tensor, Tensor];
    const density = tf.mul(tf.exp(tf.mul(tf.square(input), -0.5)), 1 / Math.sqrt(2 * Math.PI));
    return tf.mul(dy, tf.add(cdf, tf.mul(input, density)));
  };
  return { value: tf.mul(input, cdf), gradFunc };
}) as (x: Tensor) => Tensor;
