/**
 * Attention of many heads: whose queries are read, on the keys and values of all tokens.
 *
 * @source Vaswani et al. 2017 §3.2
 */
import { type Tensor, tf } from '../engine/tensors.ts';
import { affine } from './layers.ts';
import type { Weights } from './parameters.ts';
import type { EncoderSizes } from './sizes.ts';

export interface AttentionInput {
  /** [B · L, D], of all tokens */
  hidden: Tensor;
  /** [B · M, D], of the tokens whose mixtures are read */
  queried: Tensor;
  /** [B · M] int32, which these are of the B · L tokens, M of each sequence in turn; undefined for all, M = L */
  rows?: Tensor | undefined;
  /** [B, 1, 1, L], far below zero on padding: added to the logits */
  padding: Tensor;
}

/**
 * What each query reads of all tokens, before the output projection.
 *
 * @param dropoutMask makes a mask of the probabilities, or undefined where none are dropped
 * @returns [B · M, D], the heads side by side
 */
export function attention(
  { hidden, queried, rows, padding }: AttentionInput,
  weights: Weights,
  sizes: EncoderSizes,
  dropoutMask: (shape: number[]) => Tensor | undefined,
): Tensor {
  const { heads: H, hidden: D, positions } = sizes;
  const [B, L, K] = [padding.shape[0]!, padding.shape[3]!, D / H];
  // The weights are taken apart, not the three times wider product: what is copied is smaller.
  const kernels = tf.unstack(tf.reshape(weights('queryKeyValue.weights'), [D, 3, D]), 1); // [D, D] each
  const biases = tf.unstack(tf.reshape(weights('queryKeyValue.bias'), [3, D])); // [D] each
  const project = (x: Tensor, part: number) =>
    tf.reshape(affine(x, kernels[part]!, biases[part]!), [B, -1, H, K]);
  const query = tf.transpose(project(queried, 0), [0, 2, 1, 3]); // [B, H, M, K]
  // Keys and values with L last: then no product, forward or backward, transposes one of its [M, L] factors.
  const [keys, values] = [1, 2].map((part) => tf.transpose(project(hidden, part), [0, 2, 3, 1])) as [
    Tensor,
    Tensor,
  ]; // [B, H, K, L]
  const product = tf.mul(tf.matMul(query, keys), 1 / Math.sqrt(K)); // [B, H, M, L]
  const biased =
    positions === 'absolute'
      ? product
      : tf.add(product, relativeBias(weights('relativeBias'), [B, L], sizes, rows));
  return mixValues(tf.add(biased, padding), values, dropoutMask(product.shape));
}

/**
 * What the clipped distance j − i adds to query i's logit for key j.
 *
 * @param table [2 · relativeDistance + 1, H]
 * @returns [1, H, L, L], or [B, H, M, L] of the rows
 */
function relativeBias(
  table: Tensor,
  [B, L]: [B: number, L: number],
  { relativeDistance, relativeScale, heads }: EncoderSizes,
  rows: Tensor | undefined,
): Tensor {
  const clip = (distance: number) => Math.max(-relativeDistance, Math.min(relativeDistance, distance));
  const indices = Int32Array.from(
    { length: L * L },
    (_, at) => clip((at % L) - Math.floor(at / L)) + relativeDistance,
  );
  const all = tf.reshape(tf.gather(table, tf.tensor1d(indices, 'int32')), [L, L * heads]); // [L, L · H]
  const bias = rows ? tf.gather(all, positionsOf(rows, [B, L])) : all; // [B · M, L · H]
  const byQuery = tf.reshape(bias, [rows ? B : 1, -1, L, heads]); // [1, L, L, H] or [B, M, L, H]
  return tf.mul(tf.transpose(byQuery, [0, 3, 1, 2]), relativeScale);
}

/** @returns [B · M] int32, where in its own sequence each row stands */
function positionsOf(rows: Tensor, [B, L]: [B: number, L: number]): Tensor {
  const N = rows.shape[0]!;
  const starts = Int32Array.from({ length: N }, (_, at) => L * Math.floor((at * B) / N));
  return tf.sub(rows, tf.tensor1d(starts, 'int32'));
}

/**
 * What attention mixes, the heads side by side: softmax(logits) · values. For P the probabilities and O the mixture,
 * the gradient of the logits is P · (dP − Σ dP · P), and that sum over L is Σ dO · O over the K of a head.
 *
 * @param logits [B, H, M, L]
 * @param values [B, H, K, L]
 * @param dropoutMask of the probabilities, or undefined where none are dropped
 * @returns [B · M, D], D = H · K
 * @source Dao et al. 2022 (FlashAttention), Appendix B.2
 */
export function mixValues(logits: Tensor, values: Tensor, dropoutMask?: Tensor): Tensor {
  const [B, H, M] = logits.shape as [number, number, number];
  const swap = (x: Tensor) => tf.transpose(x, [0, 2, 1, 3]);
  const byHead = (x: Tensor) => swap(tf.reshape(x, [B, M, H, -1])); // [B, H, M, x's share]
  const mix = tf.customGrad((x, v, save) => {
    const probs = tf.softmax(x as Tensor); // [B, H, M, L]
    const mixture = tf.matMul(dropoutMask ? tf.mul(probs, dropoutMask) : probs, v as Tensor, false, true); // [B, H, M, K]
    const merged = tf.reshape(swap(mixture), [B * M, -1]); // [B · M, D]
    (save as tf.GradSaveFunc)([probs, v as Tensor, merged, ...(dropoutMask ? [dropoutMask] : [])]);
    const gradFunc = (dMerged: Tensor, saved: Tensor[]) => {
      const [probs, values, merged, mask] = saved as [Tensor, Tensor, Tensor, Tensor?];
      const dMixture = byHead(dMerged); // [B, H, M, K]
      const dKept = tf.matMul(dMixture, values); // [B, H, M, L]
      const dProbs = mask ? tf.mul(dKept, mask) : dKept;
      const products = tf.reshape(tf.mul(dMerged, merged), [B * M, H, -1]); // [B · M, H, K]
      const along = byHead(tf.sum(products, -1)); // [B, H, M, 1]
      // Factors the other way round: a node of its own, so that the kept probabilities need not wait in memory.
      const kept = mask ? tf.mul(mask, probs) : probs;
      return [tf.mul(probs, tf.sub(dProbs, along)), tf.matMul(dMixture, kept, true)];
    };
    return { value: merged, gradFunc };
  });
  return mix(logits, values);
}
