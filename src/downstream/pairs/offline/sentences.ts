/** The sentences that offline pairs are made of: reserved documents of the Brown corpus, with their parts of speech. */
import { groupBy } from '../../../base/group.ts';
import { detokenise, type TaggedWord, taggedBrownDocuments } from '../../../data/corpora/brown.ts';
import { packageFolder } from '../../../data/corpora/corpus.ts';
import { isReservedDocument } from '../../../data/corpora/reserved.ts';
import { readSynsets, wordnetPackage } from '../../../data/corpora/wordnet-files.ts';

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

/** Words. A shorter sentence stands elsewhere without being quoted. */
const shortestQuotation = 8;

/**
 * Which of some texts stand in an example of WordNet, whatever their case and punctuation.
 *
 * @throws {DataError} if the package is not installed
 */
function quotedInWordnet(texts: readonly string[]): Set<string> {
  const byStart = groupBy(
    texts.filter((text) => wordsOf(text).length >= shortestQuotation),
    (text) => startOf(wordsOf(text)),
  );
  const quoted = new Set<string>();
  for (const { examples } of readSynsets(packageFolder(wordnetPackage))) {
    for (const words of examples.map(wordsOf)) {
      for (let i = 0; i + shortestQuotation <= words.length; i++) {
        const candidates = byStart.get(startOf(words.slice(i))) ?? [];
        const rest = `${words.slice(i).join(' ')} `;
        for (const text of candidates) if (rest.startsWith(`${wordsOf(text).join(' ')} `)) quoted.add(text);
      }
    }
  }
  return quoted;
}

function startOf(words: readonly string[]): string {
  return words.slice(0, shortestQuotation).join(' ');
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}
