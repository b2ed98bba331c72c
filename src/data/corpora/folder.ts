/** A corpus from the user's own folder: every `.txt` file in it is a document. */
import { readdirSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { DataError } from '../../base/errors.ts';
import type { Corpus } from '../corpus.ts';
import { paragraphsOf } from '../plain-text.ts';
import { readText, unreadable } from '../text-file.ts';

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
        const paragraphs = paragraphsOf(
          readText(join(folder, name), 'move it out of the folder or rename it'),
        );
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
