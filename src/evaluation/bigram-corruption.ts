/**
 * One corruption that is the same for every arm: a masked token is replaced by a token that followed the same
 * previous token somewhere in the training text, that is, by a draw from the text's bigram distribution.
 *
 * A discriminator judged on its own generator's samples has an easier test the weaker that generator is.
 */
import type { RandomStream } from '../base/random.ts';
import type { Examples } from '../data/packing.ts';

export interface BigramSampler {
  /** A successor of `previous`; any training token where `previous` was never met. */
  sample(previous: number, random: RandomStream): number;
}

/** Indexes where each token occurs (a counting sort), so that a draw is two look-ups. */
export function createBigramSampler({ tokenIds }: Examples, vocabularySize: number): BigramSampler {
  const ends = new Int32Array(vocabularySize + 1);
  for (const id of tokenIds) ends[id + 1]!++;
  for (let id = 0; id < vocabularySize; id++) ends[id + 1]! += ends[id]!;
  const starts = ends.slice(0, vocabularySize);
  const next = starts.slice();
  const places = new Int32Array(tokenIds.length);
  for (let at = 0; at < tokenIds.length; at++) places[next[tokenIds[at]!]!++] = at;
  return {
    sample(previous, random) {
      const occurrences = ends[previous + 1]! - starts[previous]!;
      if (occurrences === 0) return tokenIds[random.integer(tokenIds.length)]!;
      const at = places[starts[previous]! + random.integer(occurrences)]!;
      return tokenIds[(at + 1) % tokenIds.length]!;
    },
  };
}
