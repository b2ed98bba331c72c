/**
 * Text that no model pre-trains on, because downstream tasks are scored on it: a function of names alone, so that it
 * is the same for every run, seed, corpus choice and task.
 */
import { sha256 } from '../base/atomic-files.ts';
import type { Synset } from './wordnet.ts';

/** One of so many documents of Brown, and of words of WordNet. */
const share = 8;

/** Every eighth document of each genre of the Brown corpus. @param name such as `ca08` */
export function isReservedDocument(name: string): boolean {
  return Number(name.slice(2)) % share === 0;
}

export interface SynsetParts {
  /** For pre-training and for tasks to train on. */
  open: Synset[];
  /** For tasks to be scored on. */
  reserved: Synset[];
  /** Those that repeat a definition or an example of a reserved one. */
  neither: Synset[];
}

/**
 * WordNet in two parts that share no head word and no text.
 *
 * The head word is a synset's first; all senses that begin with it go the same way, which keeps pairs of senses on one
 * side.
 */
export function splitSynsets(synsets: Iterable<Synset>): SynsetParts {
  const all = [...synsets];
  const isReserved = new Set(all.filter(({ words }) => isReservedWord(words[0]!)));
  const reserved = [...isReserved];
  const texts = new Set(reserved.flatMap(textsOf));
  const others = all.filter((synset) => !isReserved.has(synset));
  const repeats = (synset: Synset) => textsOf(synset).some((text) => texts.has(text));
  return { open: others.filter((synset) => !repeats(synset)), reserved, neither: others.filter(repeats) };
}

function isReservedWord(word: string): boolean {
  return Number.parseInt(sha256(word.toLowerCase()).slice(0, 8), 16) % share === 0;
}

function textsOf({ definition, examples }: Synset): string[] {
  return [definition, ...examples].filter((text) => text !== '');
}
