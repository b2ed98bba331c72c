/**
 * Word in context: do two example sentences use a word in the same sense? Sentences that show no form of the word are
 * left out; each word gives as many pairs of one sense as of two, so the word alone says nothing. 4,138 pairs to train
 * on, 612 of other words to be scored on. Hard, and the score has a standard error of two points.
 *
 * @source the form of the question: Pilehvar and Camacho-Collados, WiC (NAACL 2019)
 */
import { RandomStream } from '../../../base/random.ts';
import type { Synset } from '../../../data/corpora/wordnet-files.ts';
import type { Task, TaskExample } from '../task.ts';
import { wordnetParts, wordnetSource } from './wordnet-parts.ts';

export const wordInContext: Task = {
  name: 'word-in-context',
  suite: 'offline',
  title: 'Do two sentences use a word in the same sense?',
  source: `example sentences of ${wordnetSource}`,
  labels: ['different', 'same'],
  metrics: ['accuracy'],
  maxLength: 64,
  isUnordered: true,
  load() {
    const { open, reserved } = wordnetParts();
    return { train: examplesFrom(open, 'train'), dev: { dev: examplesFrom(reserved, 'dev') } };
  },
};

/** Example sentences that the corpora have too, and that models may therefore have read; a test finds them. */
const read = new Set([
  'hot summer pavements are anything but kind to the feet',
  'the construction of highways and other public works',
]);

/** Of each kind and word: a word with many senses must not fill the task. */
const mostPairs = 3;

/** Sentences of one sense. */
type Sense = string[];

function examplesFrom(synsets: readonly Synset[], part: string): TaskExample[] {
  const random = new RandomStream('word-in-context', part);
  const examples = [...sensesByWord(synsets)].flatMap(([key, senses]) => {
    const shuffled = senses.map((sentences, i) => random.split(key, i).shuffle([...sentences]));
    const { same, different } = balancedPairs(random.split(key).shuffle(shuffled));
    return [...same, ...different].map(([first, second], i) => ({
      first: `${key.slice(1)}: ${first}`,
      second,
      label: i < same.length ? 1 : 0,
    }));
  });
  return random.shuffle(examples);
}

/** By part of speech and head word, the senses that have sentences with the word. */
function sensesByWord(synsets: readonly Synset[]): Map<string, Sense[]> {
  const senses = new Map<string, Sense[]>();
  for (const { id, words, examples } of synsets) {
    // A satellite adjective (s) is an adjective (a).
    const key = `${id[0] === 's' ? 'a' : id[0]}${words[0]!.toLowerCase()}`;
    const shown = examples.filter((example) => showsWord(example, words[0]!) && !read.has(example));
    if (shown.length > 0) senses.set(key, [...(senses.get(key) ?? []), shown]);
  }
  return senses;
}

/** Whether a sentence of three words or more has the word, or a word that begins as it does and is not much longer. */
export function showsWord(sentence: string, word: string): boolean {
  const tokens = sentence.toLowerCase().split(/[^\p{L}\p{N}'-]+/u);
  const [start, ...rest] = word.toLowerCase().split(' ');
  const stem = start!.length > 3 ? start!.slice(0, -1) : start!;
  return (
    tokens.length >= 3 &&
    tokens.some((token) => token.startsWith(stem) && token.length <= start!.length + 3) &&
    rest.every((part) => tokens.includes(part))
  );
}

type SentencePair = readonly [string, string];

/** As many pairs of one sense as of two. A sentence may stand in one pair of each kind. */
export function balancedPairs(senses: readonly Sense[]): Record<'same' | 'different', SentencePair[]> {
  const same = senses.flatMap(([a, b, c, d]) => pairsIn([a, b], [c, d]));
  const different = senses.flatMap((sense, i) =>
    senses.slice(i + 1).flatMap((other) => pairsIn([sense.at(-1), other[0]])),
  );
  const count = Math.min(same.length, different.length, mostPairs);
  return { same: same.slice(0, count), different: different.slice(0, count) };
}

function pairsIn(...pairs: (string | undefined)[][]): SentencePair[] {
  return pairs.flatMap(([a, b]): SentencePair[] => (a && b ? [[a, b]] : []));
}
