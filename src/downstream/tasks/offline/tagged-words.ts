/**
 * Tasks that ask what a word is where it stands, by the tags of the Brown corpus. A word is shown as often in one class
 * as in the other, so that the word alone says nothing; its neighbours do.
 */

import { groupBy } from '../../../base/group.ts';
import { RandomStream } from '../../../base/random.ts';
import { detokenise, type TaggedWord, taggedBrownDocuments } from '../../../data/corpora/brown.ts';
import { isReservedDocument } from '../../../data/corpora/reserved.ts';
import type { TaskData, TaskExample } from '../task.ts';
import { wordnetParts } from './wordnet-parts.ts';

/** Words of the sentence that are kept on each side: more than a sequence of 64 tokens holds. */
const reach = 32;
/** Words on each side by which two places are told apart. */
const nearby = 6;
const [mostToTrain, mostToScore] = [16_000, 3_000];

/** A word in a sentence, with its class. */
export interface Occurrence {
  /** The sentence. */
  words: string[];
  at: number;
  label: number;
  /** Of Brown, such as `ca08`. */
  document: string;
  /** What balances: as many of one class as of the other. Default: the word. */
  group?: string;
}

/** The occurrences of a task in one sentence. */
export type Finder = (sentence: readonly TaggedWord[], document: string) => Occurrence[];

/**
 * Words of open documents to train on, of reserved ones to be scored on; no place on both sides.
 *
 * @param mostPerClass of one group and class, that common words do not decide everything
 */
export function taggedWordData(name: string, find: Finder, mostPerClass: number): TaskData {
  const documents = [...taggedBrownDocuments()];
  const part = (isDev: boolean, stream: string) => {
    const own = documents.filter((document) => isReservedDocument(document.name) === isDev);
    const found = own.flatMap(({ name, sentences }) => sentences.flatMap((words) => find(words, name)));
    return balanced(distinct(found), new RandomStream(name, stream), mostPerClass);
  };
  const dev = part(true, 'dev').filter(isNotQuoted()).slice(0, mostToScore);
  const isScored = new Set(dev.map(nearbyText));
  const train = part(false, 'train').filter((occurrence) => !isScored.has(nearbyText(occurrence)));
  return { train: train.slice(0, mostToTrain).map(exampleOf), dev: { dev: dev.map(exampleOf) } };
}

/** Words. Shorter texts stand in other sentences without being quoted. */
const shortestQuotation = 8;

/** WordNet quotes sentences of Brown as examples, and may be pre-trained on. */
function isNotQuoted(): (occurrence: Occurrence) => boolean {
  const quotations = wordnetParts()
    .open.flatMap(({ examples }) => examples.map(plain))
    .join('\n');
  const isQuoted = (text: string) => text.split(' ').length >= shortestQuotation && quotations.includes(text);
  return (occurrence) => ![nearbyText(occurrence), detokenise(occurrence.words)].map(plain).some(isQuoted);
}

/** Words alone, in lower case. */
function plain(text: string): string {
  return (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).join(' ');
}

function nearbyText({ words, at }: Occurrence): string {
  return detokenise(words.slice(Math.max(0, at - nearby), at + 1 + nearby));
}

/** Each place once: documents quote each other, and themselves. */
function distinct(occurrences: readonly Occurrence[]): Occurrence[] {
  const seen = new Set<string>();
  return occurrences.filter((occurrence) => {
    const key = `${nearbyText(occurrence)}\n${occurrence.words[occurrence.at]}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** As many occurrences of a group in its second class as in its first; of a group with one class, none. */
export function balanced(
  occurrences: readonly Occurrence[],
  random: RandomStream,
  mostPerClass: number,
): Occurrence[] {
  const groups = groupBy(occurrences, ({ group, words, at }) => group ?? words[at]!);
  const chosen = [...groups.values()].flatMap((group) => {
    const classes = [...groupBy(group, ({ label }) => label).values()];
    const [first, second = []] = classes.toSorted((a, b) => b.length - a.length) as [
      Occurrence[],
      Occurrence[]?,
    ];
    const count = Math.min(mostPerClass, second.length);
    return [first, second].flatMap((all) => random.shuffle([...all]).slice(0, count));
  });
  return random.shuffle(chosen);
}

/** The sentence around the word, and where the word stands in it. */
export function exampleOf({ words, at, label, document }: Occurrence): TaskExample {
  const from = Math.max(0, at - reach);
  const first = detokenise(words.slice(from, at + 1 + reach));
  // What is written of a sentence does not depend on what follows.
  const end = detokenise(words.slice(from, at + 1)).length;
  return { first, word: [end - words[at]!.length, end], document, label };
}

/** Words in lower case that have a word before them and a class by their tag. @param classOf an index, or undefined */
export function byTag(classOf: (tag: string) => number | undefined): Finder {
  return (sentence, document) => {
    const words = sentence.map(({ word }) => word);
    return sentence.flatMap(({ word, tag }, at) => {
      const label = classOf(tag);
      return label === undefined || at === 0 || !/^\p{Ll}+$/u.test(word)
        ? []
        : [{ words, at, label, document }];
    });
  };
}

/** The class whose tags begin so. @param starts in the order of the task's labels */
export function tagsThatBegin(starts: readonly string[]): (tag: string) => number | undefined {
  return (tag) => {
    const label = starts.findIndex((start) => tag.startsWith(start));
    return label < 0 ? undefined : label;
  };
}
