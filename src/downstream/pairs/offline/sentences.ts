/** The sentences that offline pairs are made of: reserved documents of the Brown corpus, with their parts of speech. */
import { detokenise, type TaggedWord, taggedBrownDocuments } from '../../../data/corpora/brown.ts';
import { isReservedDocument } from '../../../data/corpora/reserved.ts';
import { quotedInWordnet } from './quotations.ts';

/** A sentence, word by word. */
export type TaggedSentence = readonly TaggedWord[];

/** Words, stops included: fewer say little, and a score costs their square. */
const [fewestWords, mostWords] = [5, 40];

/**
 * Whole sentences of moderate length that no run pre-trains on, each once, in the order of the corpus. Headlines are no
 * sentences; what WordNet quotes may be pre-trained on there.
 */
export function reservedSentences(): TaggedSentence[] {
  const documents = [...taggedBrownDocuments()].filter(({ name }) => isReservedDocument(name));
  const whole = documents.flatMap(({ sentences }) => sentences).filter(isWhole);
  const byText = new Map(whole.map((sentence) => [textOf(sentence), sentence]));
  for (const text of quotedInWordnet([...byText.keys()])) byText.delete(text);
  return [...byText.values()];
}

function isWhole(sentence: TaggedSentence): boolean {
  const [first, last] = [sentence[0]!.word, sentence.at(-1)!.word];
  return (
    sentence.length >= fewestWords &&
    sentence.length <= mostWords &&
    /^\p{Lu}/u.test(first) &&
    /^[.?!]$/.test(last) &&
    sentence.every(({ tag }) => !tag.endsWith('-hl'))
  );
}

export function textOf(sentence: TaggedSentence): string {
  return detokenise(sentence.map(({ word }) => word));
}
