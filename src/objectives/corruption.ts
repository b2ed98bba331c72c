/** From a generator's predictions to the discriminator's input. Nothing here lets a gradient through. */
import type { ObjectiveConfig } from '../config/schema.ts';
import type { NoiseSource } from '../engine/program.ts';
import { type Tensor, tf, withoutGradient } from '../engine/tensors.ts';
import type { Batch } from './batch.ts';
import { cellsOf } from './cells.ts';

/** What is sampled for, with which noise, and how. */
export interface SamplingContext {
  batch: Batch;
  noise: NoiseSource;
  objective: Pick<ObjectiveConfig, 'temperature' | 'disallowCorrect'>;
}

/** Far below any real logit, and finite. */
const ruledOut = -1e9;

/**
 * The generator's replacements, one token per masked position.
 *
 * @param logits [N, V], unnormalised
 * @param temperature a scalar where it changes over training; else the configured one
 * @returns ids [N], int32; no gradient reaches `logits`
 * @source ELECTRA §2
 */
export function sampleReplacements(logits: Tensor, context: SamplingContext, temperature?: Tensor): Tensor {
  return samplePolicy(policyLogits(logits, context, temperature), context);
}

/**
 * The logits of the distribution that replacements are sampled from.
 *
 * @param logits [N, V]
 * @param temperature as sampleReplacements
 * @returns [N, V]
 * @source google-research/electra, pretrain_helpers.py (temperature, disallow_correct)
 */
export function policyLogits(
  logits: Tensor,
  { batch, objective }: SamplingContext,
  temperature: Tensor | number = objective.temperature,
): Tensor {
  const tempered = temperature === 1 ? logits : tf.div(logits, temperature);
  return objective.disallowCorrect ? tf.add(tempered, ruleOut(maskedTargets(batch), logits.shape)) : tempered;
}

/** One token per masked position from a policy. @param policy [N, V], its logits @returns as sampleReplacements */
export function samplePolicy(policy: Tensor, { batch, noise }: SamplingContext): Tensor {
  return sampleTokens(policy, noise.uniform('sampling', batch.maskedPositions.shape));
}

/** @returns [N, V]: 0, and far below at each row's token */
function ruleOut(tokenIds: Tensor, shape: number[]): Tensor {
  return withoutGradient(() => {
    const updates = tf.tensor1d(new Float32Array(tokenIds.size).fill(ruledOut)); // [N]
    return tf.tensorScatterUpdate(tf.zeros(shape), cellsOf(tokenIds), updates);
  });
}

/**
 * Samples one token per masked position by inverse cumulative distribution: one uniform number a position,
 * where Gumbel-max needs V. In two levels, a block of the vocabulary and then a token of the block, so that
 * cumulative sums run over far fewer than V numbers.
 *
 * @param logits [N, V], unnormalised
 * @param uniform [N], in (0, 1)
 * @returns ids [N], int32; no gradient reaches `logits`
 * @source ELECTRA §2
 */
export function sampleTokens(logits: Tensor, uniform: Tensor): Tensor {
  return withoutGradient(() => {
    const [N, V] = logits.shape as [number, number];
    const S = blockSize(V);
    const blocks = tf.reshape(tf.softmax(logits), [N, V / S, S]);
    const blockProbs = tf.sum(blocks, 2); // [N, V / S]
    const cumulative = tf.cumsum(blockProbs, 1); // [N, V / S]
    // Float sums end near 1, not at it: draws are scaled to the sum that was reached.
    const total = tf.slice(cumulative, [0, V / S - 1], [-1, 1]); // [N, 1]
    const threshold = tf.mul(tf.expandDims(uniform, 1), total); // [N, 1]
    const block = countBelow(cumulative, threshold); // [N]
    const cells = cellsOf(block); // [N, 2]
    const before = tf.expandDims(tf.gatherND(tf.sub(cumulative, blockProbs), cells), 1); // [N, 1]
    const within = countBelow(tf.cumsum(tf.gatherND(blocks, cells), 1), tf.sub(threshold, before)); // [N]
    return tf.add(tf.mul(block, tf.scalar(S, 'int32')), within);
  });
}

/** How many of each row's numbers lie below its threshold, at most all but one. @returns [N] int32 */
function countBelow(rows: Tensor, threshold: Tensor): Tensor {
  const last = tf.scalar(rows.shape[1]! - 1, 'int32');
  return tf.minimum(tf.cast(tf.sum(tf.cast(tf.less(rows, threshold), 'float32'), 1), 'int32'), last);
}

/** The divisor of V that is nearest to its square root from below. */
function blockSize(V: number): number {
  let size = Math.floor(Math.sqrt(V));
  while (V % size !== 0) size--;
  return size;
}

/**
 * The original tokens at the masked positions.
 *
 * @returns [N] int32; [CLS] in unused slots
 */
export function maskedTargets({ tokenIds, maskedPositions }: Batch): Tensor {
  return withoutGradient(() => tf.gather(flat(tokenIds), maskedPositions));
}

/**
 * The sequence with each masked token replaced by what was drawn there, which may be the original.
 *
 * @param replacements [N] int32
 * @returns [B, L] int32
 */
export function corrupt(batch: Batch, replacements: Tensor): Tensor {
  return withoutGradient(() => {
    const { tokenIds, maskedPositions, maskedWeights } = batch;
    // An unused slot writes back the [CLS] that it points at.
    const updates = tf.where(tf.greater(maskedWeights, 0), replacements, maskedTargets(batch));
    return tf.reshape(
      tf.tensorScatterUpdate(flat(tokenIds), tf.expandDims(maskedPositions, 1), updates),
      tokenIds.shape,
    );
  });
}

/**
 * The discriminator's labels: 1 where a token differs from the original. A sampled token that equals the
 * original counts as original.
 *
 * @returns [T] float32
 * @source ELECTRA §2
 */
export function isReplaced(corruptedIds: Tensor, tokenIds: Tensor): Tensor {
  return withoutGradient(() => tf.cast(tf.notEqual(flat(corruptedIds), flat(tokenIds)), 'float32'));
}

function flat(x: Tensor): Tensor {
  return tf.reshape(x, [x.size]);
}
