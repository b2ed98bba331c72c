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
export const layerNormEpsilon = 1e-12;

/**
 * Layer normalisation over the last axis: gain · n + bias, n = (x − mean) / σ.
 *
 * @param x [T, D]
 * @returns [T, D]
 */
export function layerNorm(x: Tensor, weights: Weights, name: string): Tensor {
  return normalise(x, weights(`${name}.gain`), weights(`${name}.bias`));
}

const normalise = tf.customGrad((x, gain, bias, save) => {
  const mean = tf.mean(x as Tensor, -1, true); // [T, 1]
  const centred = tf.sub(x as Tensor, mean); // [T, D]
  const variance = tf.mean(tf.square(centred), -1, true); // [T, 1]
  const inverse = tf.rsqrt(tf.add(variance, layerNormEpsilon)); // [T, 1]
  const value = tf.add(tf.mul(tf.mul(centred, inverse), gain as Tensor), bias as Tensor);
  (save as tf.GradSaveFunc)([x as Tensor, gain as Tensor, mean, inverse]);
  return { value, gradFunc: normaliseGradient };
});

/**
 * For dn = gain · dy, dx = (dn − mean(dn) − n · mean(dn · n)) / σ. Neither n nor dn · n is computed: their sums follow
 * from those of dy and dy · x, which are products of a matrix and a vector.
 */
function normaliseGradient(dy: Tensor, saved: Tensor[]): Tensor[] {
  const [x, gain, mean, inverse] = saved as [Tensor, Tensor, Tensor, Tensor];
  const [T, D] = x.shape as [number, number];
  const dyTimesX = tf.mul(dy, x); // [T, D]
  const share = tf.reshape(tf.div(gain, D), [D, 1]);
  const meanOfDn = product(dy, share); // [T, 1]
  const meanOfDnTimesN = tf.mul(tf.sub(product(dyTimesX, share), tf.mul(mean, meanOfDn)), inverse); // [T, 1]
  const slope = tf.mul(meanOfDnTimesN, inverse); // [T, 1]
  const offset = tf.sub(tf.mul(slope, mean), meanOfDn); // [T, 1]
  const centred = tf.add(tf.sub(tf.mul(dy, gain), tf.mul(x, slope)), offset); // [T, D]
  const row = (column: Tensor) => tf.reshape(column, [1, T]);
  const gainGradient = tf.sub(product(row(inverse), dyTimesX), product(row(tf.mul(inverse, mean)), dy));
  return [tf.mul(centred, inverse), tf.reshape(gainGradient, [D]), tf.sum(dy, 0)];
}

function product(a: Tensor, b: Tensor): Tensor {
  return tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D);
}

/**
 * GELU, exact: x · Φ(x), with gradient Φ(x) + x · φ(x). In u = x / √2 these are u · (1 + erf u) / √2 and
 * (1 + erf u + 2/√π · u / exp u²) / 2, whose outer factors the neighbouring matrix products can take.
 *
 * @param x any shape
 */
export const gelu = tf.customGrad((x, save) => {
  const u = tf.mul(x as Tensor, Math.SQRT1_2);
  const twiceCdf = tf.add(tf.erf(u), 1);
  (save as tf.GradSaveFunc)([u, twiceCdf]);
  const gradFunc = (dy: Tensor, saved: Tensor[]) => {
    const [u, twiceCdf] = saved as [Tensor, Tensor];
    // An overflow to infinity is right here: u / ∞ = 0.
    const density = tf.mul(tf.div(u, tf.exp(tf.square(u))), 2 / Math.sqrt(Math.PI));
    return tf.mul(tf.mul(dy, 0.5), tf.add(twiceCdf, density));
  };
  return { value: tf.mul(tf.mul(u, twiceCdf), Math.SQRT1_2), gradFunc };
}) as (x: Tensor) => Tensor;

/**
 * What attention mixes: softmax(logits) · values. For P the probabilities and O the mixture, the gradient of the
 * logits is P · (dP − Σ dP · P), and that sum over L is Σ dO · O over the K of a head.
 *
 * @param logits [B, H, M, L]
 * @param values [B, H, L, K]
 * @param dropoutMask of the probabilities, or undefined where none are dropped
 * @returns [B, H, M, K]
 * @source Dao et al. 2022 (FlashAttention), Appendix B.2
 */
export function mixValues(logits: Tensor, values: Tensor, dropoutMask?: Tensor): Tensor {
  const keep = (x: Tensor, mask: Tensor | undefined) => (mask ? tf.mul(x, mask) : x);
  const mix = tf.customGrad((x, v, save) => {
    const probs = tf.softmax(x as Tensor);
    const mixture = tf.matMul(keep(probs, dropoutMask), v as Tensor);
    (save as tf.GradSaveFunc)([probs, v as Tensor, mixture, ...(dropoutMask ? [dropoutMask] : [])]);
    const gradFunc = (dMixture: Tensor, saved: Tensor[]) => {
      const [probs, values, mixture, mask] = saved as [Tensor, Tensor, Tensor, Tensor?];
      const dProbs = keep(tf.matMul(dMixture, values, false, true), mask);
      const along = tf.sum(tf.mul(dMixture, mixture), -1, true); // [B, H, M, 1]
      return [tf.mul(probs, tf.sub(dProbs, along)), tf.matMul(keep(probs, mask), dMixture, true)];
    };
    return { value: mixture, gradFunc };
  });
  return mix(logits, values);
}
