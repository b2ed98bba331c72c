/**
 * The Transformer encoder of BERT and ELECTRA: post-layer-norm, GELU, embedding size apart from hidden size.
 *
 * @source ELECTRA Table 6; Devlin et al. 2019 §3
 */
import type { NoiseSource } from '../engine/program.ts';
import { type Tensor, tf } from '../engine/tensors.ts';
import { dense, gelu, layerNorm } from './layers.ts';
import {
  dense as denseSpecs,
  layerNorm as layerNormSpecs,
  type ParameterSpec,
  scoped,
  table,
  type Weights,
} from './parameters.ts';
import type { EncoderSizes } from './sizes.ts';

const SEGMENT_TYPES = 2;
/** Added to the attention logits of padding: far below any real one, and finite, so that 0 · it stays 0. */
const MASKED_LOGIT = -1e9;

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
export const EMBEDDING_TABLES = ['embeddings.token', 'embeddings.position', 'embeddings.segment'];

export function encoderParameters(sizes: EncoderSizes): ParameterSpec[] {
  const { layers, hidden, embedding, vocabulary, positions, maxPositions, relativeDistance, heads } = sizes;
  const relativeBias: ParameterSpec = {
    name: 'relativeBias',
    shape: [2 * relativeDistance + 1, heads],
    initial: 'zeros',
    decays: false,
    depth: 0,
  };
  return [
    table('embeddings.token', vocabulary, embedding),
    ...(positions === 'absolute' ? [table('embeddings.position', maxPositions, embedding)] : []),
    table('embeddings.segment', SEGMENT_TYPES, embedding),
    ...layerNormSpecs('embeddings.norm', embedding, 0),
    ...(embedding === hidden ? [] : denseSpecs('embeddings.project', embedding, hidden, 0)),
    ...(positions === 'relative-bias' ? [relativeBias] : []),
    ...Array.from({ length: layers }, (_, i) => layerParameters(`layer.${i}`, sizes, i + 1)).flat(),
  ];
}

function layerParameters(
  name: string,
  { hidden, feedForward }: EncoderSizes,
  depth: number,
): ParameterSpec[] {
  return [
    ...denseSpecs(`${name}.attention.queryKeyValue`, hidden, 3 * hidden, depth),
    ...denseSpecs(`${name}.attention.output`, hidden, hidden, depth),
    ...layerNormSpecs(`${name}.attention.norm`, hidden, depth),
    ...denseSpecs(`${name}.feedForward.inner`, hidden, feedForward, depth),
    ...denseSpecs(`${name}.feedForward.output`, feedForward, hidden, depth),
    ...layerNormSpecs(`${name}.feedForward.norm`, hidden, depth),
  ];
}

/** @returns hidden states [B · L, D], float32 */
export function encode(input: EncoderInput, weights: Weights, context: EncoderContext): Tensor {
  const bias = attentionBias(input.attentionMask, weights, context.sizes); // [B, 1 | H, 1 | L, L]
  let hidden = embed(input, weights, context); // [T, D]
  for (let i = 0; i < context.sizes.layers; i++) {
    const layer = { ...context, scope: `${context.scope}.layer.${i}` };
    hidden = encoderLayer(
      hidden,
      bias,
      input.tokenIds.shape as [number, number],
      scoped(weights, `layer.${i}`),
      layer,
    );
  }
  return hidden;
}

function embed({ tokenIds, segmentIds }: EncoderInput, weights: Weights, context: EncoderContext): Tensor {
  const [B, L] = tokenIds.shape as [number, number];
  const { embedding, hidden, positions } = context.sizes;
  let sum = tf.add(
    tf.gather(weights('embeddings.token'), tf.reshape(tokenIds, [B * L])),
    segmentEmbeddings(tf.reshape(segmentIds, [B * L, 1]), weights('embeddings.segment')),
  ); // [T, E]
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

/** What is added to every layer's attention logits: minus infinity on padding, and the relative-position bias. */
function attentionBias(attentionMask: Tensor, weights: Weights, sizes: EncoderSizes): Tensor {
  const [B, L] = attentionMask.shape as [number, number];
  const padding = tf.reshape(tf.mul(tf.sub(1, attentionMask), MASKED_LOGIT), [B, 1, 1, L]);
  if (sizes.positions === 'absolute') return padding;
  return tf.add(padding, relativeBias(weights('relativeBias'), L, sizes));
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

function encoderLayer(
  hidden: Tensor,
  bias: Tensor,
  [B, L]: [number, number],
  weights: Weights,
  context: EncoderContext,
): Tensor {
  const mixed = dense(attention(hidden, bias, [B, L], weights, context), weights, 'attention.output');
  const attended = layerNorm(
    tf.add(hidden, dropout(mixed, 'attention.output', context)),
    weights,
    'attention.norm',
  );
  const inner = gelu(dense(attended, weights, 'feedForward.inner')); // [T, F]
  const output = dropout(dense(inner, weights, 'feedForward.output'), 'feedForward.output', context);
  return layerNorm(tf.add(attended, output), weights, 'feedForward.norm');
}

function attention(
  hidden: Tensor,
  bias: Tensor,
  [B, L]: [number, number],
  weights: Weights,
  context: EncoderContext,
): Tensor {
  const { heads: H, hidden: D } = context.sizes;
  const K = D / H;
  const joined = tf.reshape(dense(hidden, weights, 'attention.queryKeyValue'), [B, L, 3, H, K]);
  const [query, key, value] = tf.unstack(tf.transpose(joined, [2, 0, 3, 1, 4])) as [Tensor, Tensor, Tensor]; // [B, H, L, K]
  const logits = tf.add(tf.mul(tf.matMul(query, key, false, true), 1 / Math.sqrt(K)), bias); // [B, H, L, L]
  const probs = attentionDropout(tf.softmax(logits), context);
  return tf.reshape(tf.transpose(tf.matMul(probs, value), [0, 2, 1, 3]), [B * L, D]);
}

function dropout(x: Tensor, name: string, { sizes, noise, scope, isTraining }: EncoderContext): Tensor {
  if (!isTraining || sizes.dropout === 0) return x;
  return tf.mul(x, noise.dropout(`${scope}.${name}.dropout`, x.shape, sizes.dropout));
}

function attentionDropout(probs: Tensor, { sizes, noise, scope, isTraining }: EncoderContext): Tensor {
  if (!isTraining || sizes.attentionDropout === 0) return probs;
  return tf.mul(probs, noise.dropout(`${scope}.attention.dropout`, probs.shape, sizes.attentionDropout));
}
