/** The building blocks of a Transformer, as pure functions on two-dimensional tensors [T, D], T = B · L tokens. */
import { type Tensor, tf } from '../engine/tensors.ts';
import type { Weights } from './parameters.ts';

/** x [T, D] · weights [D, F] + bias [F] → [T, F] */
export function dense(x: Tensor, weights: Weights, name: string): Tensor {
  return affine(x, weights(`${name}.weights`), weights(`${name}.bias`));
}

/** x [T, D] · kernel [D, F] + bias [F] → [T, F] */
export function affine(x: Tensor, kernel: Tensor, bias: Tensor): Tensor {
  return tf.add(matMul(x, kernel), bias);
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
  const share = tf.reshape(tf.div(gain, D), [D, 1]); // [D, 1]
  const meanOfDn = matMul(dy, share); // [T, 1]
  const meanOfDnTimesN = tf.mul(tf.sub(matMul(dyTimesX, share), tf.mul(mean, meanOfDn)), inverse); // [T, 1]
  const slope = tf.mul(meanOfDnTimesN, inverse); // [T, 1]
  const offset = tf.sub(tf.mul(slope, mean), meanOfDn); // [T, 1]
  const centred = tf.add(tf.sub(tf.mul(dy, gain), tf.mul(x, slope)), offset); // [T, D]
  const row = (column: Tensor) => tf.reshape(column, [1, T]);
  const gainGradient = tf.sub(matMul(row(inverse), dyTimesX), matMul(row(tf.mul(inverse, mean)), dy)); // [1, D]
  return [tf.mul(centred, inverse), tf.reshape(gainGradient, [D]), tf.sum(dy, 0)];
}

function matMul(a: Tensor, b: Tensor): Tensor {
  return tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D);
}

/**
 * GELU, exact: x · Φ(x), with gradient Φ(x) + x · φ(x). In u = x / √2 these are u · (1 + erf u) / √2 and
 * (1 + erf u + 2/√π · u / exp u²) / 2, whose outer factors the neighbouring matrix products can take.
 *
 * @param x any shape
 */
export const gelu = tf.customGrad((x, save) => {
  const [u, twiceCdf] = geluFactors(x as Tensor);
  (save as tf.GradSaveFunc)([u, twiceCdf]);
  const gradFunc = (dy: Tensor, saved: Tensor[]) => geluGradient(dy, saved as [Tensor, Tensor]);
  return { value: tf.mul(tf.mul(u, twiceCdf), Math.SQRT1_2), gradFunc };
}) as (x: Tensor) => Tensor;

/** u and 1 + erf u */
function geluFactors(x: Tensor): [u: Tensor, twiceCdf: Tensor] {
  const u = tf.mul(x, Math.SQRT1_2);
  return [u, tf.add(tf.erf(u), 1)];
}

function geluGradient(dy: Tensor, [u, twiceCdf]: [Tensor, Tensor]): Tensor {
  // An overflow to infinity is right here: u / ∞ = 0.
  const density = tf.mul(tf.div(u, tf.exp(tf.square(u))), 2 / Math.sqrt(Math.PI));
  return tf.mul(tf.mul(dy, 0.5), tf.add(twiceCdf, density));
}

/** Elements of a result that is kept for the gradient, 8 MB: to make it anew takes 0 to 3 % of a `laptop` step. */
const keptAtMost = 2 * 1024 * 1024;

/**
 * gelu(x) · weights + bias. Of a large x its gradient makes gelu(x) anew, which is one product of elements, instead of
 * keeping it.
 *
 * @param x [T, F]
 * @returns [T, D]
 */
export function denseOfGelu(x: Tensor, weights: Weights, name: string): Tensor {
  const product = tf.customGrad((x, kernel, save) => {
    const [u, twiceCdf] = geluFactors(x as Tensor);
    (save as tf.GradSaveFunc)([u, twiceCdf, kernel as Tensor]);
    const value = matMul(tf.mul(tf.mul(u, twiceCdf), Math.SQRT1_2), kernel as Tensor);
    return { value, gradFunc: denseOfGeluGradient };
  });
  return tf.add(product(x, weights(`${name}.weights`)), weights(`${name}.bias`));
}

function denseOfGeluGradient(dy: Tensor, saved: Tensor[]): Tensor[] {
  const [u, twiceCdf, kernel] = saved as [Tensor, Tensor, Tensor];
  // Factors the other way round are a node of its own, so that the forward pass's result need not wait in memory.
  const factors = u.size > keptAtMost ? [twiceCdf, u] : [u, twiceCdf];
  const activated = tf.mul(tf.mul(...(factors as [Tensor, Tensor])), Math.SQRT1_2);
  const dActivated = tf.matMul(dy as tf.Tensor2D, kernel as tf.Tensor2D, false, true);
  const dKernel = tf.matMul(activated as tf.Tensor2D, dy as tf.Tensor2D, true);
  return [geluGradient(dActivated, [u, twiceCdf]), dKernel];
}
