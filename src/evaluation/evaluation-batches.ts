/** The held-out batches of an evaluation: masks, noise and common corruption that are the same for every arm. */
import { RandomStream } from '../base/random.ts';
import type { PreparedData } from '../data/preparation/prepared.ts';
import type { CompiledProgram, HostArray } from '../engine/program.ts';
import type { BatchShape } from '../objectives/batch.ts';
import { fillBatch, maskingVocabulary } from '../objectives/batch-source.ts';
import type { MaskingOptions } from '../objectives/masking.ts';
import { createBigramSampler, type Draw } from './bigram-corruption.ts';

/** Fixed, whatever a run's own objective is: an evaluation must not move with what it compares. */
export const evaluationMasking: MaskingOptions = {
  fraction: 0.15,
  style: 'all-mask',
  withReplacement: false,
};

/** Held-out examples in batches of one size; the last may have rows to spare, in which nothing counts. */
export interface EvaluationText {
  data: PreparedData;
  /** How many examples, from the first. */
  examples: number;
  shape: BatchShape;
}

export function batchCount({ examples, shape }: EvaluationText): number {
  return Math.ceil(examples / shape.B);
}

/** The common corruption of every batch, drawn once: it is the same each time. @returns [batches · T] */
export function corruptBatches(text: EvaluationText, inputs: CompiledProgram['inputs']): Int32Array {
  const { data, shape } = text;
  const { B, L, N } = shape;
  const bigrams = createBigramSampler(data.train, maskingVocabulary(data.vocabulary));
  const corrupted = new Int32Array(batchCount(text) * B * L);
  const draws = new Map<number, Draw>();
  for (let i = 0; i < batchCount(text); i++) {
    const successors = fillMaskedBatch(i, text, inputs).split('bigrams');
    const { tokenIds, maskedPositions, maskedWeights } = inputs as Record<string, HostArray>;
    corrupted.set(tokenIds!, i * B * L);
    for (let n = 0; n < N; n++) {
      const at = maskedPositions![n]!;
      if (!maskedWeights![n] || at % L === 0) continue;
      draws.set(i * B * L + at, bigrams.draw(tokenIds![at - 1]!, successors));
    }
  }
  const successors = bigrams.tokensOf([...draws.values()]);
  for (const [i, at] of [...draws.keys()].entries()) corrupted[at] = successors[i]!;
  return corrupted;
}

/** Fills a program's inputs with one batch. @param corrupted as `corruptBatches` made it */
export function fillEvaluationBatch(
  index: number,
  text: EvaluationText,
  corrupted: Int32Array,
  inputs: CompiledProgram['inputs'],
): void {
  const { B, L, N } = text.shape;
  const draws = fillMaskedBatch(index, text, inputs).split('sampling');
  for (let n = 0; n < N; n++) inputs.uniform![n] = draws.uniform();
  inputs.commonTokenIds!.set(corrupted.subarray(index * B * L, (index + 1) * B * L));
}

/** @returns the batch's randomness, of which masking has had its own part */
function fillMaskedBatch(
  index: number,
  { data, examples, shape }: EvaluationText,
  inputs: CompiledProgram['inputs'],
): RandomStream {
  const { B, L, N } = shape;
  const random = new RandomStream('evaluation', index);
  const rows = Array.from({ length: B }, (_, i) => Math.min(index * B + i, examples - 1));
  fillBatch(
    data.heldOut,
    rows,
    inputs,
    maskingVocabulary(data.vocabulary),
    evaluationMasking,
    random.split('masking'),
  );
  const used = Math.min(B, examples - index * B);
  inputs.attentionMask!.fill(0, used * L);
  inputs.maskedWeights!.fill(0, (used * N) / B);
  return random;
}
