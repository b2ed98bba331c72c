/** The definitions and example sentences of WordNet that no task is scored on, in documents of neighbouring synsets. */
import { type Corpus, type Document, packageFolder } from './corpus.ts';
import { splitSynsets } from './reserved.ts';
import { readSynsets, type Synset, wordnetPackage } from './wordnet-files.ts';

/** Synsets a document: enough to fill sequences with neighbours, few enough to hold out whole documents. */
const synsetsPerDocument = 200;

export const wordnet: Corpus = {
  name: 'wordnet',
  title: 'WordNet 3.1, definitions and example sentences',
  licence: 'WordNet licence (free to use and redistribute with its notice)',
  packageName: wordnetPackage,
  words: 1_522_459,
  reservedWords: 229_673,
  *documents() {
    let paragraphs: string[] = [];
    let count = 0;
    for (const synset of splitSynsets(readSynsets(packageFolder(wordnetPackage))).open) {
      paragraphs.push(paragraphOf(synset));
      if (paragraphs.length < synsetsPerDocument) continue;
      yield numbered(count++, paragraphs);
      paragraphs = [];
    }
    if (paragraphs.length > 0) yield numbered(count, paragraphs);
  },
};

export function paragraphOf({ words, definition, examples }: Synset): string {
  return [`${words.join(', ')}: ${definition}`, ...examples].map(closeSentence).join(' ');
}

function closeSentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function numbered(index: number, paragraphs: string[]): Document {
  return { name: `synsets-${String(index).padStart(4, '0')}`, paragraphs };
}
