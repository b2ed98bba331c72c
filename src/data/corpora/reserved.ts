/**
 * Text that no model pre-trains on, because downstream tasks are scored on it: a function of names alone, so that it
 * is the same for every run, seed, corpus choice and task.
 */
import { sha256 } from '../../base/atomic-files.ts';
import type { Synset } from './wordnet-files.ts';

/** One of so many documents of Brown, and of words of WordNet. */
const share = 8;

/** Every eighth document of each genre of the Brown corpus. @param name such as `ca08` */
export function isReservedDocument(name: string): boolean {
  return Number(name.slice(2)) % share === 0;
}

/** Words. Shorter phrases ("used in the plural") are said of many things, and repeat nothing. */
const shortestRepeat = 5;

export interface SynsetParts {
  /** For pre-training and for tasks to train on. */
  open: Synset[];
  /** For tasks to be scored on. */
  reserved: Synset[];
  /** Those that have a definition or an example with a reserved synset in common, or in which one stands that is longer. */
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
  const others = all.filter((synset) => !isReserved.has(synset));
  const repeats = finderOf(reserved.flatMap(phrasesOf));
  const isReservedText = memberOf(reserved.flatMap(textsOf));
  const neither = others.filter((synset) =>
    textsOf(synset).some((text) => isReservedText(text) || repeats(text)),
  );
  const isLeftOut = new Set(neither);
  return { open: others.filter((synset) => !isLeftOut.has(synset)), reserved, neither };
}

function isReservedWord(word: string): boolean {
  return Number.parseInt(sha256(word.toLowerCase()).slice(0, 8), 16) % share === 0;
}

function textsOf({ definition, examples }: Synset): string[] {
  return [definition, ...examples].filter((text) => text !== '');
}

function phrasesOf({ definition, examples }: Synset): string[] {
  return [...definition.split(';'), ...examples];
}

/** Whether a text is one of some texts, whatever their case and punctuation. */
function memberOf(texts: readonly string[]): (text: string) => boolean {
  const known = new Set(texts.map((text) => wordsOf(text).join(' ')));
  return (text) => known.has(wordsOf(text).join(' '));
}

/** Whether a text holds one of some phrases, whatever their case and punctuation. */
function finderOf(phrases: readonly string[]): (text: string) => boolean {
  const byStart = new Map<string, Set<string>>();
  for (const words of phrases.map(wordsOf)) {
    if (words.length < shortestRepeat) continue;
    const start = words.slice(0, shortestRepeat).join(' ');
    byStart.set(start, (byStart.get(start) ?? new Set()).add(`${words.join(' ')} `));
  }
  return (text) => {
    const words = wordsOf(text);
    return words.some((_, i) => {
      const candidates = byStart.get(words.slice(i, i + shortestRepeat).join(' '));
      if (!candidates) return false;
      const rest = `${words.slice(i).join(' ')} `;
      return [...candidates].some((phrase) => rest.startsWith(phrase));
    });
  };
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}
