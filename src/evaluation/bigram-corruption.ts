/**
 * One corruption that is the same for every arm: a masked token is replaced by a token that followed the same
 * previous token somewhere in the training text, that is, by a draw from the text's bigram distribution.
 *
 * A discriminator judged on its own generator's samples has an easier test the weaker that generator is.
 */
import type { RandomStream } from '../base/random.ts';
import type { Examples } from '../data/packing.ts';
import type { MaskingVocabulary } from '../objectives/masking.ts';

export interface BigramSampler {
  /** A successor of `previous`, never a special token; any training token where `previous` had none. */
  sample(previous: number, random: RandomStream): number;
}

/** Sorts the places of all tokens by the token before them (a counting sort), so that a draw is two look-ups. */
export function createBigramSampler(examples: Examples, vocabulary: MaskingVocabulary): BigramSampler {
  const { tokenIds, sequenceLength } = examples;
  // Places within an example only, and of text only: [SEP] amid a sentence would give the replacement away.
  const places = allPlaces(tokenIds.length).filter((at) => !vocabulary.isSpecial(tokenIds[at]!));
  const followers = places.filter((at) => at % sequenceLength > 0);
  const ends = new Int32Array(vocabulary.size + 1);
  for (const at of followers) ends[tokenIds[at - 1]! + 1]!++;
  for (let id = 0; id < vocabulary.size; id++) ends[id + 1]! += ends[id]!;
  const starts = ends.slice(0, vocabulary.size);
  const next = starts.slice();
  const byPrevious = new Int32Array(followers.length);
  for (const at of followers) byPrevious[next[tokenIds[at - 1]!]!++] = at;
  return {
    sample(previous, random) {
      const count = ends[previous + 1]! - starts[previous]!;
      if (count === 0) return tokenIds[places[random.integer(places.length)]!]!;
      return tokenIds[byPrevious[starts[previous]! + random.integer(count)]!]!;
    },
  };
}

function allPlaces(count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, at) => at);
}
