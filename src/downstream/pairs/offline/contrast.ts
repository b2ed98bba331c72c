/** A sentence and what spoils it, and the choice of pairs that leaves the frequency of words little to say. */
import type { RandomStream } from '../../../base/random.ts';
import { detokenise } from '../../../data/corpora/brown.ts';
import type { MinimalPair } from '../pair-set.ts';
import { type TaggedSentence, textOf } from './sentences.ts';

/** A change that makes a sentence wrong. */
export interface Contrast {
  /** The sentence with the change. */
  worse: string[];
  /** What the two differ in, such as `is/are`: pairs are balanced in each kind. */
  kind: string;
  /** Which of the two is right here. */
  direction: 0 | 1;
}

/** All ways in which a sentence can be spoiled that a paradigm is about. */
export type Spoil = (sentence: TaggedSentence) => Contrast[];

/** A sentence with the word at a place replaced, in its capitals. */
export function withWord(sentence: TaggedSentence, at: number, word: string): string[] {
  const isCapital = /^\p{Lu}/u.test(sentence[at]!.word);
  const written = isCapital ? word[0]!.toUpperCase() + word.slice(1) : word;
  return sentence.map((one, i) => (i === at ? written : one.word));
}

/** Words of a sentence that is taken before longer ones, as a score costs their square. */
const moderateLength = 20;

/** In a random order, but those of moderate length first. */
function shuffled(sentences: readonly TaggedSentence[], random: RandomStream): TaggedSentence[] {
  const isLong = ({ length }: TaggedSentence) => Number(length > moderateLength);
  return random.shuffle([...sentences]).sort((a, b) => isLong(a) - isLong(b));
}

/**
 * One pair a sentence at most, as many of either direction in each kind of contrast, in turn: so that every even number
 * of pairs from the first is balanced.
 *
 * @param most pairs
 */
export function balancedPairs(
  sentences: readonly TaggedSentence[],
  spoil: Spoil,
  most: number,
  random: RandomStream,
): MinimalPair[] {
  const byKind = new Map<string, [MinimalPair[], MinimalPair[]]>();
  for (const sentence of shuffled(sentences, random)) {
    const [contrast] = random.shuffle(spoil(sentence));
    if (!contrast) continue;
    const both = byKind.get(contrast.kind) ?? [[], []];
    byKind.set(contrast.kind, both);
    both[contrast.direction].push({ better: textOf(sentence), worse: detokenise(contrast.worse) });
  }
  const couples = [...byKind.values()].flatMap(([first, second]) =>
    first.slice(0, second.length).map((pair, i) => [pair, second[i]!]),
  );
  return random
    .shuffle(couples)
    .slice(0, most / 2)
    .flat();
}

/** One pair a sentence at most, where a contrast has no two directions. */
export function unbalancedPairs(
  sentences: readonly TaggedSentence[],
  spoil: Spoil,
  most: number,
  random: RandomStream,
): MinimalPair[] {
  const pairs = shuffled(sentences, random).flatMap((sentence): MinimalPair[] => {
    const [contrast] = random.shuffle(spoil(sentence));
    return contrast ? [{ better: textOf(sentence), worse: detokenise(contrast.worse) }] : [];
  });
  return pairs.slice(0, most);
}
