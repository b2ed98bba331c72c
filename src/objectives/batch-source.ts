/** Batches by step number: which examples, how they are masked, which noise. Pure functions of (seed, step). */
import { RandomStream } from '../base/random.ts';
import type { MaskingStyle, ObjectiveConfig } from '../config/schema.ts';
import { blocksOf, type Examples } from '../data/preparation/examples.ts';
import type { PreparedData } from '../data/preparation/prepared.ts';
import type { Vocabulary } from '../data/vocabulary/vocabulary.ts';
import type { CompiledProgram, HostArray, NoiseSpec } from '../engine/program.ts';
import { type MaskingOptions, type MaskingVocabulary, maskBatch } from './masking.ts';

export interface BatchSource {
  /** Fills a program's batch inputs. @returns the batch's tokens, padding not counted */
  fill(step: number, inputs: CompiledProgram['inputs']): number;
}

/**
 * Walks through the examples in an order that is shuffled anew each epoch.
 */
export function createBatchSource(
  { train: examples, vocabulary }: Pick<PreparedData, 'train' | 'vocabulary'>,
  masking: MaskingOptions,
  batchSize: number,
  seed: number,
): BatchSource {
  const orderAt = createEpochOrders(examples.count, seed);
  const known = maskingVocabulary(vocabulary);
  const rows = new Int32Array(batchSize);
  return {
    fill(step, inputs) {
      for (let i = 0; i < batchSize; i++) rows[i] = orderAt(step * batchSize + i);
      return fillBatch(examples, rows, inputs, known, masking, new RandomStream(seed, 'masking', step));
    },
  };
}

/**
 * Copies examples into a batch and masks them.
 *
 * @param rows [B], which examples
 * @returns tokens that are not padding
 */
export function fillBatch(
  examples: Examples,
  rows: ArrayLike<number>,
  inputs: CompiledProgram['inputs'],
  vocabulary: MaskingVocabulary,
  masking: MaskingOptions,
  random: RandomStream,
): number {
  const L = examples.sequenceLength;
  const { tokenIds, segmentIds, attentionMask } = inputs as Record<string, HostArray>;
  const lengths = Int32Array.from(rows, (row) => examples.lengths[row]!);
  for (let b = 0; b < rows.length; b++) {
    const row = rows[b]!;
    examples.read(row, (tokenIds as Int32Array).subarray(b * L, (b + 1) * L));
    segmentIds!.fill(0, b * L, (b + 1) * L);
    segmentIds!.fill(1, b * L + examples.secondSegmentStarts[row]!, b * L + lengths[b]!);
    attentionMask!.fill(1, b * L, b * L + lengths[b]!);
    attentionMask!.fill(0, b * L + lengths[b]!, (b + 1) * L);
  }
  maskBatch(
    tokenIds as Int32Array,
    lengths,
    inputs as unknown as Parameters<typeof maskBatch>[2],
    vocabulary,
    masking,
    random,
  );
  return lengths.reduce((sum, length) => sum + length, 0);
}

/** [PAD], [CLS], [SEP] and [MASK] are never masked; [UNK] stands for a word and may be. */
export function maskingVocabulary(vocabulary: Vocabulary): MaskingVocabulary {
  const { padId, clsId, sepId, maskId } = vocabulary;
  const special = new Set([padId, clsId, sepId, maskId]);
  return { size: vocabulary.size, maskId, isSpecial: (id) => special.has(id) };
}

/** How often each token occurs in the examples; special tokens count as never. @returns [V] */
export function countTokens(examples: Examples, vocabulary: Vocabulary): Uint32Array {
  const counts = new Uint32Array(vocabulary.size);
  for (const tokenIds of blocksOf(examples))
    for (let i = 0; i < tokenIds.length; i++) counts[tokenIds[i]!]!++;
  const { padId, clsId, sepId, maskId } = vocabulary;
  for (const id of [padId, clsId, sepId, maskId]) counts[id] = 0;
  return counts;
}

/** The configuration's masking, with the regime's own style where it names none. */
export function maskingOptions(objective: ObjectiveConfig, regimeStyle: MaskingStyle): MaskingOptions {
  const { maskFraction, maskingStyle, maskWithReplacement } = objective;
  const style = maskingStyle === 'regime' ? regimeStyle : maskingStyle;
  return { fraction: maskFraction, style, withReplacement: maskWithReplacement };
}

/** Draws every noise input of a program: uniform numbers, or dropout masks. */
export function fillNoise(
  noise: readonly NoiseSpec[],
  inputs: CompiledProgram['inputs'],
  random: RandomStream,
): void {
  for (const { name, rate } of noise) {
    const values = inputs[name] as Float32Array;
    const stream = random.split(name);
    if (rate === undefined) for (let i = 0; i < values.length; i++) values[i] = stream.uniform();
    else stream.fillMask(values, rate, 1 / (1 - rate));
  }
}

/** The example at each place of an endless sequence of shuffled epochs. Only the latest epochs are kept. */
function createEpochOrders(count: number, seed: number): (at: number) => number {
  const orders = new Map<number, Int32Array>();
  const orderOf = (epoch: number) => {
    const known = orders.get(epoch);
    if (known) return known;
    const order = new RandomStream(seed, 'order', epoch).shuffle(
      Int32Array.from({ length: count }, (_, i) => i),
    );
    orders.delete(epoch - 2);
    orders.set(epoch, order);
    return order;
  };
  return (at) => orderOf(Math.floor(at / count))[at % count]!;
}
