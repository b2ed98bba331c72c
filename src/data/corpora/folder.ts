/** A corpus from the user's own folder: every `.txt` file in it is a document. */
import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { ConfigError, DataError } from '../../base/errors.ts';
import { unreadable } from '../../base/system-errors.ts';
import type { Corpus, Document, DocumentFile } from './corpus.ts';
import { paragraphsOf } from './plain-text.ts';
import { assertLength, readText } from './text-file.ts';

/**
 * Every `.txt` file under a folder, at any depth, sorted by path.
 *
 * @throws {ConfigError} if there is no such folder
 * @throws {DataError} if it holds no `.txt` file or one that is too long; while reading, if a file is not UTF-8 text
 */
export function corpusFromFolder(folder: string): Corpus {
  const files = textFilesIn(folder);
  return {
    name: 'folder',
    title: `${files.length} text files in ${folder}`,
    licence: 'yours to know',
    files,
    *documents() {
      let found = 0;
      for (const file of files) {
        const document = readDocument(file);
        if (document === undefined) continue;
        found++;
        yield document;
      }
      if (found === 0) throw emptyFolderError(folder);
    },
  };
}

/**
 * One file as a document, or undefined if it has no text.
 *
 * @throws {DataError} if it cannot be read, is not UTF-8 text or has changed since it was listed
 */
export function readDocument({ folder, name, bytes, modifiedMs }: DocumentFile): Document | undefined {
  const path = join(folder, name);
  const paragraphs = paragraphsOf(readText(path, 'move it out of the folder or rename it'));
  const now = statSync(path);
  if (now.size !== bytes || now.mtimeMs !== modifiedMs) {
    throw new DataError(`${path}: expected the file as it was listed, got a changed one; begin again`);
  }
  return paragraphs.length === 0 ? undefined : { name, paragraphs };
}

/** What is wrong with a folder without a document. */
export function emptyFolderError(folder: string): DataError {
  return new DataError(`${folder}: expected text in its .txt files, got empty files only; fill one`);
}

function textFilesIn(folder: string): DocumentFile[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new ConfigError(
      `${folder}: expected a folder of .txt files, got no folder; check the path (data.folder)`,
    );
  }
  const files = withoutRepeats(folder, namesIn(folder)).flatMap((name) => textFile(folder, name));
  if (files.length === 0) {
    throw new DataError(`${folder}: expected .txt files, got none; put UTF-8 text files into it`);
  }
  return files.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' });
  } catch (error) {
    throw unreadable(folder, 'a folder that can be read', error);
  }
}

/** Behind a link that leads back into the folder, files are found again: each counts once, by its shortest path. */
function withoutRepeats(folder: string, names: readonly string[]): string[] {
  const seen = new Set<string>();
  const texts = names.filter((name) => /\.txt$/i.test(name));
  return texts
    .toSorted((a, b) => a.length - b.length || (a < b ? -1 : 1))
    .filter((name) => {
      const path = join(folder, name);
      const target = existsSync(path) ? realpathSync(path) : path;
      return !seen.has(target) && seen.add(target);
    });
}

/** @returns nothing if it is a folder, or a link to nothing */
function textFile(folder: string, name: string): DocumentFile[] {
  const path = join(folder, name);
  const file = statSync(path, { throwIfNoEntry: false });
  if (!file?.isFile()) return [];
  assertLength(path, file.size);
  // A separator that every system shares, so that the order is the same everywhere.
  return [{ folder, name: name.replaceAll(sep, '/'), bytes: file.size, modifiedMs: file.mtimeMs }];
}
