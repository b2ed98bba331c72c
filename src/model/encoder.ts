/**
 * The Transformer encoder of BERT and ELECTRA: post-layer-norm, GELU, embedding size apart from hidden size.
 *
 * @source ELECTRA Table 6; Devlin et al. 2019 §3
 */
import type { NoiseSource } from '../engine/program.ts';
import { type Tensor, tf } from '../engine/tensors.ts';
import { dense, denseOfGelu, layerNorm, mixValues } from './layers.ts';
import {
  dense as denseSpecs,
  layerNorm as layerNormSpecs,
  type ParameterSpec,
  scoped,
  table,
  type Weights,
} from './parameters.ts';
import type { EncoderSizes } from './sizes.ts';

const segmentTypes = 2;
/** Added to the attention logits of padding: far below any real one, and finite, so that 0 · it stays 0. */
const maskedLogit = -1e9;

/** One batch of token sequences as an encoder reads them. */
export interface EncoderInput {
  /** [B, L] int32 */
  tokenIds: Tensor;
  /** [B, L] int32, 0 first and 1 second segment */
  segmentIds: Tensor;
  /** [B, L] float32, 1 where a token is, 0 where padding is */
  attentionMask: Tensor;
}

/** What is constant for one use of an encoder in a program. */
export interface EncoderContext {
  sizes: EncoderSizes;
  noise: NoiseSource;
  /** Names this use, so that each use asks for noise of its own. */
  scope: string;
  /** False: no dropout, as in evaluation. */
  isTraining: boolean;
}

/** The names under which token, position and segment tables can be shared between networks. */
export const embeddingTables = ['embeddings.token', 'embeddings.position', 'embeddings.segment'];

export function encoderParameters(sizes: EncoderSizes): ParameterSpec[] {
  const { layers, hidden, embedding, vocabulary, positions, maxPositions, initialStd: std } = sizes;
  return [
    table('embeddings.token', vocabulary, embedding, std),
    ...(positions === 'absolute' ? [table('embeddings.position', maxPositions, embedding, std)] : []),
    table('embeddings.segment', segmentTypes, embedding, std),
    ...layerNormSpecs('embeddings.norm', embedding, 0),
    ...(embedding === hidden ? [] : denseSpecs('embeddings.project', embedding, hidden, 0, std)),
    ...Array.from({ length: layers }, (_, i) => layerParameters(`layer.${i}`, sizes, i + 1)).flat(),
  ];
}

function layerParameters(name: string, sizes: EncoderSizes, depth: number): ParameterSpec[] {
  const { hidden, feedForward, positions, initialStd: std } = sizes;
  return [
    ...(positions === 'relative-bias' ? [relativeBiasParameter(`${name}.attention`, sizes, depth)] : []),
    ...denseSpecs(`${name}.attention.queryKeyValue`, hidden, 3 * hidden, depth, std),
    ...denseSpecs(`${name}.attention.output`, hidden, hidden, depth, std),
    ...layerNormSpecs(`${name}.attention.norm`, hidden, depth),
    ...denseSpecs(`${name}.feedForward.inner`, hidden, feedForward, depth, std),
    ...denseSpecs(`${name}.feedForward.output`, feedForward, hidden, depth, std),
    ...layerNormSpecs(`${name}.feedForward.norm`, hidden, depth),
  ];
}

function relativeBiasParameter(name: string, sizes: EncoderSizes, depth: number): ParameterSpec {
  const { relativeDistance, relativeScale, relativeStart, heads } = sizes;
  return {
    name: `${name}.relativeBias`,
    shape: [2 * relativeDistance + 1, heads],
    initial: { neighbours: relativeStart / relativeScale },
    decays: false,
    depth,
  };
}

/**
 * @param part.rows [N] int32, indices into the B · L tokens: the only ones that are read. Above its attention the last
 *   layer computes no others
 * @param part.shift [B · L, E] added to the token embeddings: a way for gradients into choices of tokens
 * @returns hidden states [B · L, D], or [N, D] of the rows; float32
 */
export function encode(
  input: EncoderInput,
  weights: Weights,
  context: EncoderContext,
  { rows, shift }: { rows?: Tensor; shift?: Tensor | undefined } = {},
): Tensor {
  const [B, L] = input.tokenIds.shape as [number, number];
  const { layers } = context.sizes;
  const padding = tf.reshape(tf.mul(tf.sub(1, input.attentionMask), maskedLogit), [B, 1, 1, L]);
  let hidden = embed(input, weights, context, shift); // [T, D]
  for (let i = 0; i < layers; i++) {
    const layer = { ...context, scope: `${context.scope}.layer.${i}` };
    const wanted = i === layers - 1 ? rows : undefined;
    hidden = encoderLayer(hidden, padding, scoped(weights, `layer.${i}`), layer, wanted);
  }
  return hidden;
}

function embed(
  { tokenIds, segmentIds }: EncoderInput,
  weights: Weights,
  context: EncoderContext,
  shift?: Tensor,
): Tensor {
  const [B, L] = tokenIds.shape as [number, number];
  const { embedding, hidden, positions } = context.sizes;
  let sum = tf.add(
    tf.gather(weights('embeddings.token'), tf.reshape(tokenIds, [B * L])),
    segmentEmbeddings(tf.reshape(segmentIds, [B * L, 1]), weights('embeddings.segment')),
  ); // [T, E]
  if (shift) sum = tf.add(sum, shift);
  if (positions === 'absolute') {
    const rows = tf.slice(weights('embeddings.position'), [0, 0], [L, embedding]); // [L, E]
    sum = tf.reshape(tf.add(tf.reshape(sum, [B, L, embedding]), rows), [B * L, embedding]);
  }
  const normed = dropout(layerNorm(sum, weights, 'embeddings.norm'), 'embeddings', context);
  return embedding === hidden ? normed : dense(normed, weights, 'embeddings.project');
}

/** Two rows only: a blend by the 0/1 id is cheaper, forwards and backwards, than a look-up. */
function segmentEmbeddings(segmentIds: Tensor, rows: Tensor): Tensor {
  const isSecond = tf.cast(segmentIds, 'float32'); // [T, 1]
  const [first, second] = tf.unstack(rows) as [Tensor, Tensor]; // [E] each
  return tf.add(first, tf.mul(isSecond, tf.sub(second, first))); // [T, E]
}

/** @returns [H, L, L]: entry (h, i, j) depends on the clipped distance j − i only */
function relativeBias(
  rows: Tensor,
  L: number,
  { relativeDistance, relativeScale, heads }: EncoderSizes,
): Tensor {
  const clip = (distance: number) => Math.max(-relativeDistance, Math.min(relativeDistance, distance));
  const indices = Int32Array.from(
    { length: L * L },
    (_, at) => clip((at % L) - Math.floor(at / L)) + relativeDistance,
  );
  const bias = tf.gather(rows, tf.tensor1d(indices, 'int32')); // [L · L, H]
  return tf.mul(tf.reshape(tf.transpose(bias), [heads, L, L]), relativeScale);
}

/**
 * @param padding [B, 1, 1, L], minus infinity on padding: added to the attention logits
 * @param rows [N], those to return; undefined for all
 */
function encoderLayer(
  hidden: Tensor,
  padding: Tensor,
  weights: Weights,
  context: EncoderContext,
  rows: Tensor | undefined,
): Tensor {
  const pick = (x: Tensor) => (rows ? tf.gather(x, rows) : x);
  const mixed = dense(pick(attention(hidden, padding, weights, context)), weights, 'attention.output');
  const residual = tf.add(pick(hidden), dropout(mixed, 'attention.output', context));
  const attended = layerNorm(residual, weights, 'attention.norm');
  const inner = dense(attended, weights, 'feedForward.inner'); // [T, F]
  const output = dropout(denseOfGelu(inner, weights, 'feedForward.output'), 'feedForward.output', context);
  return layerNorm(tf.add(attended, output), weights, 'feedForward.norm');
}

function attention(hidden: Tensor, padding: Tensor, weights: Weights, context: EncoderContext): Tensor {
  const { heads: H, hidden: D, positions } = context.sizes;
  const [B, L, K] = [padding.shape[0]!, padding.shape[3]!, D / H];
  const joined = tf.reshape(dense(hidden, weights, 'attention.queryKeyValue'), [B, L, 3, H, K]);
  const [query, key, value] = tf.unstack(joined, 2) as [Tensor, Tensor, Tensor]; // [B, L, H, K]
  // Keys and values with L last: then no product, forward or backward, transposes one of its [L, L] factors.
  const [keys, values] = [key, value].map((x) => tf.transpose(x, [0, 2, 3, 1])) as [Tensor, Tensor]; // [B, H, K, L]
  const product = tf.mul(tf.matMul(tf.transpose(query, [0, 2, 1, 3]), keys), 1 / Math.sqrt(K)); // [B, H, L, L]
  const biased =
    positions === 'absolute'
      ? product
      : tf.add(product, relativeBias(weights('attention.relativeBias'), L, context.sizes));
  return mixValues(tf.add(biased, padding), values, attentionMask(product.shape, context)); // [T, D]
}

function dropout(x: Tensor, name: string, { sizes, noise, scope, isTraining }: EncoderContext): Tensor {
  if (!isTraining || sizes.dropout === 0) return x;
  return tf.mul(x, noise.dropout(`${scope}.${name}.dropout`, x.shape, sizes.dropout));
}

function attentionMask(
  shape: number[],
  { sizes, noise, scope, isTraining }: EncoderContext,
): Tensor | undefined {
  if (!isTraining || sizes.attentionDropout === 0) return undefined;
  return noise.dropout(`${scope}.attention.dropout`, shape, sizes.attentionDropout);
}
