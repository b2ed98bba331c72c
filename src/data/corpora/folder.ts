/** A corpus from the user's own folder: every `.txt` file in it is a document. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { DataError } from '../../base/errors.ts';
import type { Corpus } from '../corpus.ts';
import { paragraphsOf } from '../plain-text.ts';

/**
 * Every `.txt` file under a folder, at any depth, sorted by path.
 *
 * @throws {DataError} if the folder is missing or holds no `.txt` file; while reading, if a file is not UTF-8 text
 */
export function corpusFromFolder(folder: string): Corpus {
  const files = textFilesIn(folder);
  return {
    name: 'folder',
    title: `${files.length} text files in ${folder}`,
    licence: 'yours to know',
    *documents() {
      let found = 0;
      for (const name of files) {
        const paragraphs = paragraphsOf(readText(join(folder, name)));
        found += paragraphs.length;
        if (paragraphs.length > 0) yield { name, paragraphs };
      }
      if (found === 0)
        throw new DataError(`${folder}: expected text in its .txt files, got empty files only; fill one`);
    },
  };
}

function textFilesIn(folder: string): string[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new DataError(
      `${folder}: expected a folder of .txt files, got no folder; check the path (data.folder)`,
    );
  }
  const names = namesIn(folder).filter((name) => isTextFile(folder, name));
  if (names.length === 0) {
    throw new DataError(`${folder}: expected .txt files, got none; put UTF-8 text files into it`);
  }
  // Sorted by a separator that every system shares, so that the order is the same everywhere.
  return names.map((name) => name.replaceAll(sep, '/')).sort();
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' });
  } catch (error) {
    throw unreadable(folder, error);
  }
}

function isTextFile(folder: string, name: string): boolean {
  return /\.txt$/i.test(name) && statSync(join(folder, name), { throwIfNoEntry: false })?.isFile() === true;
}

/** @throws {DataError} if the file cannot be read, holds a NUL byte or is not UTF-8 */
export function readText(path: string): string {
  const bytes = readBytes(path);
  const nul = bytes.indexOf(0);
  if (nul >= 0) {
    const got = `a binary file (NUL at byte ${nul})`;
    throw new DataError(`${path}: expected UTF-8 text, got ${got}; move it out of the folder or rename it`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const remedy = `convert it, for example with iconv -f latin1 -t utf-8`;
    throw new DataError(`${path}: expected UTF-8 text, got another encoding; ${remedy}`);
  }
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): DataError {
  const { code } = error as NodeJS.ErrnoException;
  return new DataError(
    `${path}: expected a readable file or folder, got ${code}; check its path and permissions`,
  );
}
