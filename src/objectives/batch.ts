/** One batch as a step program sees it, and the shapes of its tensors. */
import type { InputSpec } from '../engine/program.ts';
import type { Tensor } from '../engine/tensors.ts';
import type { EncoderInput } from '../model/encoder.ts';

/** B sequences of L tokens, at most N masked positions in all. */
export interface BatchShape {
  B: number;
  L: number;
  N: number;
}

export interface Batch extends EncoderInput {
  /** [B, L] int32, the original tokens */
  tokenIds: Tensor;
  /** [B, L] int32, the tokens as the masked language model sees them */
  maskedTokenIds: Tensor;
  /** [N] int32, indices into the B · L tokens, N / B of each sequence in turn; unused slots point at its [CLS] */
  maskedPositions: Tensor;
  /** [N] float32, 1 where the slot is used, else 0 */
  maskedWeights: Tensor;
}

/** The batch as the masked language model reads it. */
export function maskedInput(batch: Batch): EncoderInput {
  return withTokens(batch, batch.maskedTokenIds);
}

/** Other tokens in the places of a batch, such as corrupted ones. @param tokenIds [B, L] int32 */
export function withTokens({ segmentIds, attentionMask }: EncoderInput, tokenIds: Tensor): EncoderInput {
  return { tokenIds, segmentIds, attentionMask };
}

/** The shapes of a batch. @param fraction of tokens that are masked; N = B · ⌈fraction · L⌉ */
export function batchShape(B: number, L: number, fraction: number): BatchShape {
  return { B, L, N: B * maskedCount(L, fraction) };
}

/** ⌈fraction · length⌉, without the surprises of binary fractions (0.15 · 20 is 3, not 4). */
export function maskedCount(length: number, fraction: number): number {
  return Math.ceil(fraction * length - 1e-9);
}

/** The inputs of a program that reads a batch. */
export function batchInputs({ B, L, N }: BatchShape): Record<keyof Batch, InputSpec> {
  return {
    tokenIds: { shape: [B, L], dtype: 'int32' },
    segmentIds: { shape: [B, L], dtype: 'int32' },
    attentionMask: { shape: [B, L], dtype: 'float32' },
    maskedTokenIds: { shape: [B, L], dtype: 'int32' },
    maskedPositions: { shape: [N], dtype: 'int32' },
    maskedWeights: { shape: [N], dtype: 'float32' },
  };
}
