/**
 * The Transformer encoder of BERT and ELECTRA: post-layer-norm, GELU, embedding size apart from hidden size.
 *
 * @source ELECTRA Table 6; Devlin et al. 2019 §3
 */
import type { NoiseSource } from '../engine/program.ts';
import { type Tensor, tf } from '../engine/tensors.ts';
import { attention } from './attention.ts';
import { dense, denseOfGelu, layerNorm } from './layers.ts';
import {
  denseParameters,
  layerNormParameters,
  type ParameterSpec,
  scoped,
  tableParameter,
  type Weights,
} from './parameters.ts';
import type { EncoderSizes } from './sizes.ts';

/** First and second text of a pair. */
export const segmentTypes = 2;
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

/** From the tables up; a weight's depth is 0 for tables, 1 for the first layer. */
export function encoderParameters(sizes: EncoderSizes): ParameterSpec[] {
  const { layers, hidden, embedding, vocabulary, positions, maxPositions, initialStd: std } = sizes;
  return [
    tableParameter('embeddings.token', vocabulary, embedding, std),
    ...(positions === 'absolute'
      ? [tableParameter('embeddings.position', maxPositions, embedding, std)]
      : []),
    tableParameter('embeddings.segment', segmentTypes, embedding, std),
    ...layerNormParameters('embeddings.norm', embedding, 0),
    ...(embedding === hidden ? [] : denseParameters('embeddings.project', embedding, hidden, 0, std)),
    ...Array.from({ length: layers }, (_, i) => layerParameters(`layer.${i}`, sizes, i + 1)).flat(),
  ];
}

function layerParameters(name: string, sizes: EncoderSizes, depth: number): ParameterSpec[] {
  const { hidden, feedForward, positions, initialStd: std } = sizes;
  return [
    ...(positions === 'relative-bias' ? [relativeBiasParameter(`${name}.attention`, sizes, depth)] : []),
    ...denseParameters(`${name}.attention.queryKeyValue`, hidden, 3 * hidden, depth, std),
    ...denseParameters(`${name}.attention.output`, hidden, hidden, depth, std),
    ...layerNormParameters(`${name}.attention.norm`, hidden, depth),
    ...denseParameters(`${name}.feedForward.inner`, hidden, feedForward, depth, std),
    ...denseParameters(`${name}.feedForward.output`, feedForward, hidden, depth, std),
    ...layerNormParameters(`${name}.feedForward.norm`, hidden, depth),
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
 * The hidden states of the last layer, of all tokens or of those that are read.
 *
 * @param part.rows [B · M] int32, indices into the B · L tokens, M of each sequence in turn: the only ones that are
 *   read. Of others the last layer computes only keys and values
 * @param part.shift [B · L, E] added to the token embeddings: a way for gradients into choices of tokens
 * @returns hidden states [B · L, D], or [B · M, D] of the rows; float32
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

/**
 * The hidden states of every layer, of all tokens: the embeddings' first, as the first layer reads them.
 *
 * @returns layers + 1 tensors [B · L, D]
 */
export function encodeLayers(input: EncoderInput, weights: Weights, context: EncoderContext): Tensor[] {
  const [B, L] = input.tokenIds.shape as [number, number];
  const padding = tf.reshape(tf.mul(tf.sub(1, input.attentionMask), maskedLogit), [B, 1, 1, L]);
  const states = [embed(input, weights, context)]; // [T, D] each
  for (let i = 0; i < context.sizes.layers; i++) {
    const layer = { ...context, scope: `${context.scope}.layer.${i}` };
    const below = states.at(-1)!;
    states.push(encoderLayer(below, padding, scoped(weights, `layer.${i}`), layer, undefined));
  }
  return states;
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

/**
 * @param padding [B, 1, 1, L], far below zero on padding: added to the attention logits
 * @param rows [B · M], those to return; undefined for all, M = L
 */
function encoderLayer(
  hidden: Tensor,
  padding: Tensor,
  weights: Weights,
  context: EncoderContext,
  rows: Tensor | undefined,
): Tensor {
  const wanted = rows ? tf.gather(hidden, rows) : hidden; // [B · M, D]
  const read = { queried: wanted, rows, hidden, padding };
  const mixture = attention(read, scoped(weights, 'attention'), context.sizes, (shape) =>
    attentionDropout(shape, context),
  );
  const mixed = dense(mixture, weights, 'attention.output');
  const residual = tf.add(wanted, dropout(mixed, 'attention.output', context));
  const attended = layerNorm(residual, weights, 'attention.norm');
  const inner = dense(attended, weights, 'feedForward.inner'); // [B · M, F]
  const output = dropout(denseOfGelu(inner, weights, 'feedForward.output'), 'feedForward.output', context);
  return layerNorm(tf.add(attended, output), weights, 'feedForward.norm');
}

function dropout(x: Tensor, name: string, { sizes, noise, scope, isTraining }: EncoderContext): Tensor {
  if (!isTraining || sizes.dropout === 0) return x;
  return tf.mul(x, noise.dropout(`${scope}.${name}.dropout`, x.shape, sizes.dropout));
}

function attentionDropout(
  shape: number[],
  { sizes, noise, scope, isTraining }: EncoderContext,
): Tensor | undefined {
  if (!isTraining || sizes.attentionDropout === 0) return undefined;
  return noise.dropout(`${scope}.attention.dropout`, shape, sizes.attentionDropout);
}
