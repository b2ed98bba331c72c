/**
 * Tasks that ask what a word is where it stands, by the tags of the Brown corpus: a few words of a sentence, cut before
 * the word in question. Each word is shown as often in one class as in the other, so that the word alone says nothing;
 * its neighbours do.
 */
import { RandomStream } from '../../../base/random.ts';
import { detokenise, type TaggedWord, taggedBrownDocuments } from '../../../data/corpora/brown.ts';
import { isReservedDocument } from '../../../data/reserved.ts';
import type { TaskData, TaskExample } from '../../task.ts';
import { wordnetParts } from './wordnet-parts.ts';

/** Words shown on each side. */
const reach = 6;
/** Of one word and class at most so many, that common words do not decide everything. */
const mostPerClass = 8;
const [mostToTrain, mostToScore] = [8000, 2000];

/** What the tags of a task's classes begin with, in the order of its labels. */
export type TagStarts = readonly string[];

/** Words of open documents to train on, of reserved ones to be scored on; no text on both sides. */
export function taggedWordData(name: string, tagStarts: TagStarts): TaskData {
  const documents = [...taggedBrownDocuments()];
  const part = (isDev: boolean) =>
    documents
      .filter((document) => isReservedDocument(document.name) === isDev)
      .flatMap(({ sentences }) => sentences.flatMap((sentence) => occurrencesIn(sentence, tagStarts)));
  const chosen = balanced(byWord(part(true)), new RandomStream(name, 'dev')).slice(0, mostToScore);
  const isScored = new Set(chosen.map(textOf));
  const all = balanced(byWord(part(false)), new RandomStream(name, 'train'));
  const train = all.filter((example) => !isScored.has(textOf(example))).slice(0, mostToTrain);
  return { train, dev: { dev: chosen.filter(isNotQuoted()) } };
}

/** Words. Shorter texts stand in other sentences without being quoted. */
const shortestQuotation = 8;

/** WordNet quotes sentences of Brown as examples, and may be pre-trained on. */
function isNotQuoted(): (example: TaskExample) => boolean {
  const quotations = wordnetParts()
    .open.flatMap(({ examples }) => examples.map(plain))
    .join('\n');
  return (example) => {
    const text = plain(textOf(example));
    return text.split(' ').length < shortestQuotation || !quotations.includes(text);
  };
}

/** Words alone, in lower case. */
function plain(text: string): string {
  return (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).join(' ');
}

export interface Occurrence {
  /** The sentence. */
  words: string[];
  at: number;
  label: number;
}

function textOf({ first, second }: TaskExample): string {
  return `${first}\n${second}`;
}

/** As many occurrences of a word in its second class as in its first, each text once; words of one class are left out. */
export function balanced(examples: ExamplesByWord, random: RandomStream): TaskExample[] {
  const chosen = [...examples.values()].flatMap((classes) => {
    const [first, second = []] = classes.toSorted((a, b) => b.length - a.length) as [
      TaskExample[],
      TaskExample[]?,
    ];
    const count = Math.min(mostPerClass, second.length);
    return [first, second].flatMap((all) => random.shuffle([...all]).slice(0, count));
  });
  return random.shuffle(chosen);
}

/** By class; holes where a word has no example of one. */
type ExamplesByWord = Map<string, TaskExample[][]>;

/** Distinct examples of each word that has more than one class. */
export function byWord(occurrences: readonly Occurrence[]): ExamplesByWord {
  const classesOf = new Map<string, Set<number>>();
  for (const { words, at, label } of occurrences) {
    const classes = classesOf.get(words[at]!) ?? new Set();
    classesOf.set(words[at]!, classes.add(label));
  }
  const seen = new Set<string>();
  const examples: ExamplesByWord = new Map();
  for (const occurrence of occurrences) {
    const word = occurrence.words[occurrence.at]!;
    if (classesOf.get(word)!.size < 2) continue;
    const example = exampleOf(occurrence);
    if (seen.has(textOf(example))) continue;
    seen.add(textOf(example));
    const classes = examples.get(word) ?? [];
    examples.set(word, classes);
    classes[occurrence.label] = [...(classes[occurrence.label] ?? []), example];
  }
  return examples;
}

function exampleOf({ words, at, label }: Occurrence): TaskExample {
  const [before, after] = [words.slice(Math.max(0, at - reach), at), words.slice(at, at + 1 + reach)];
  return { first: detokenise(before), second: detokenise(after), label };
}

/** The words of the classes that have a word before them. */
export function occurrencesIn(sentence: readonly TaggedWord[], tagStarts: TagStarts): Occurrence[] {
  const words = sentence.map(({ word }) => word);
  return sentence.flatMap(({ word, tag }, at) => {
    const label = tagStarts.findIndex((start) => tag.startsWith(start));
    return label < 0 || at === 0 || !/^\p{Ll}+$/u.test(word) ? [] : [{ words, at, label }];
  });
}
