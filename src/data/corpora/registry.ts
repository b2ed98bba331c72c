/** The registry of corpora. To add one: a loader in `corpora/`, an entry here, its notice in NOTICE. */
import { ConfigError, didYouMean, explain, oneOf } from '../../base/errors.ts';
import { brown } from './brown.ts';
import { type Corpus, installedPackage } from './corpus.ts';
import { gutenberg } from './gutenberg.ts';
import { sotu } from './sotu.ts';
import { wordnet } from './wordnet.ts';

export type { Corpus, Document } from './corpus.ts';
export { corpusFromFolder } from './folder.ts';

const corpora: readonly Corpus[] = [gutenberg, sotu, brown, wordnet];

export const corpusNames: readonly string[] = corpora.map(({ name }) => name);

/** @throws {ConfigError} if there is no such corpus, with the nearest name */
export function corpusNamed(name: string): Corpus {
  const corpus = corpora.find((candidate) => candidate.name === name);
  if (corpus) return corpus;
  throw new ConfigError(explain('data.corpora', oneOf(corpusNames), name, didYouMean(name, corpusNames)));
}

export interface CorpusDescription {
  name: string;
  title: string;
  licence: string;
  packageName: string | undefined;
  isInstalled: boolean;
  words: number | undefined;
  reservedWords: number;
}

/** One row a corpus, for people who choose; reads no text. */
export function describeCorpora(): CorpusDescription[] {
  return corpora.map(({ name, title, licence, packageName, words, reservedWords = 0 }) => {
    const isInstalled = packageName === undefined || installedPackage(packageName) !== undefined;
    return { name, title, licence, packageName, isInstalled, words, reservedWords };
  });
}
