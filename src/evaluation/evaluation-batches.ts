/** The held-out batches of an evaluation: masks, noise and a common corruption by bigrams, the same for every arm. */
import { RandomStream } from '../base/random.ts';
import { blocksOf, type Examples } from '../data/preparation/examples.ts';
import type { PreparedData } from '../data/preparation/prepared-data.ts';
import type { CompiledProgram, HostArray } from '../engine/program.ts';
import type { BatchShape } from '../objectives/batch.ts';
import { fillBatch, maskingVocabulary } from '../objectives/batch-source.ts';
import type { MaskingOptions, MaskingVocabulary } from '../objectives/masking.ts';

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

/**
 * One corruption that is the same for every arm: a masked token is replaced by a token that followed the same
 * previous token somewhere in the training text, that is, by a draw from the text's bigram distribution.
 *
 * A discriminator judged on its own generator's samples has an easier test the weaker that generator is.
 */
interface BigramSampler {
  /** Which successor of `previous` it shall be, or which training token at all where `previous` had none. */
  draw(previous: number, random: RandomStream): Draw;
  /** The tokens that were drawn, never special ones; the text is read once for all of them. @returns [draws] */
  tokensOf(draws: readonly Draw[]): Int32Array;
}

/** The token that came `rank`-th after `previous`; after `anything`, the `rank`-th of all. Both count from 0. */
interface Draw {
  previous: number;
  rank: number;
}

/** Keeps how often something followed each token, and not the text, which may be larger than memory. */
export function createBigramSampler(examples: Examples, vocabulary: MaskingVocabulary): BigramSampler {
  const anything = vocabulary.size;
  const counts = new Uint32Array(vocabulary.size + 1);
  visitPlaces(examples, vocabulary, (_, previous) => {
    counts[anything]!++;
    if (previous !== undefined) counts[previous]!++;
  });
  return {
    draw(previous, random) {
      const from = counts[previous]! > 0 ? previous : anything;
      return { previous: from, rank: random.integer(counts[from]!) };
    },
    tokensOf(draws) {
      const tokens = new Int32Array(draws.length);
      const sought = seek(draws, vocabulary.size + 1, (draw, id) => {
        tokens[draw] = id;
      });
      visitPlaces(examples, vocabulary, (id, previous) => {
        sought.meet(anything, id);
        if (previous !== undefined) sought.meet(previous, id);
      });
      return tokens;
    },
  };
}

/** Finds each draw's token as successors go by, in the order of the text. */
function seek(draws: readonly Draw[], size: number, found: (draw: number, id: number) => void) {
  const byRank = [...draws.keys()].sort((a, b) => draws[a]!.rank - draws[b]!.rank);
  const waiting = Array.from({ length: size }, (): number[] => []);
  for (const draw of byRank.reverse()) waiting[draws[draw]!.previous]!.push(draw);
  const nextRanks = Int32Array.from(waiting, (of) => draws[of.at(-1)!]?.rank ?? -1);
  const met = new Int32Array(size);
  return {
    meet(previous: number, id: number): void {
      const rank = met[previous]!++;
      while (nextRanks[previous] === rank) {
        found(waiting[previous]!.pop()!, id);
        nextRanks[previous] = draws[waiting[previous]!.at(-1)!]?.rank ?? -1;
      }
    },
  };
}

/**
 * Every place of text, for [SEP] amid a sentence would give the replacement away, and what stands before it in its
 * example.
 */
function visitPlaces(
  examples: Examples,
  { isSpecial }: MaskingVocabulary,
  visit: (id: number, previous: number | undefined) => void,
): void {
  const L = examples.sequenceLength;
  for (const tokenIds of blocksOf(examples)) {
    for (let at = 0; at < tokenIds.length; at++) {
      const id = tokenIds[at]!;
      if (!isSpecial(id)) visit(id, at % L > 0 ? tokenIds[at - 1] : undefined);
    }
  }
}
