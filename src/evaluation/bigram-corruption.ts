/**
 * One corruption that is the same for every arm: a masked token is replaced by a token that followed the same
 * previous token somewhere in the training text, that is, by a draw from the text's bigram distribution.
 *
 * A discriminator judged on its own generator's samples has an easier test the weaker that generator is.
 */
import type { RandomStream } from '../base/random.ts';
import { blocksOf, type Examples } from '../data/preparation/examples.ts';
import type { MaskingVocabulary } from '../objectives/masking.ts';

export interface BigramSampler {
  /** Which successor of `previous` it shall be, or which training token at all where `previous` had none. */
  draw(previous: number, random: RandomStream): Draw;
  /** The tokens that were drawn, never special ones; the text is read once for all of them. @returns [draws] */
  tokensOf(draws: readonly Draw[]): Int32Array;
}

/** The token that came `rank`-th after `previous`; after `anything`, the `rank`-th of all. Both count from 0. */
export interface Draw {
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
