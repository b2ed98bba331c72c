/** Reads a text file strictly: what is not UTF-8 text is an error that names the file. */
import { readFileSync } from 'node:fs';
import { DataError } from '../base/errors.ts';

/**
 * The text of a file, without a byte-order mark.
 *
 * @param elsewhere what to do with a file that is no text at all
 * @throws {DataError} if the file cannot be read, holds a NUL byte or is not UTF-8
 */
export function readText(path: string, elsewhere = 'check the path'): string {
  const bytes = readBytes(path);
  const nul = bytes.indexOf(0);
  if (nul >= 0) {
    throw new DataError(`${path}: expected UTF-8 text, got a binary file (NUL at byte ${nul}); ${elsewhere}`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const remedy = `convert it, for example with iconv -f latin1 -t utf-8`;
    throw new DataError(`${path}: expected UTF-8 text, got another encoding; ${remedy}`);
  }
}

/** What reading met, as a message; the codes of Node speak for themselves. */
export function unreadable(path: string, error: unknown): DataError {
  const { code } = error as NodeJS.ErrnoException;
  const got = code === 'ENOENT' ? 'no file' : code;
  return new DataError(
    `${path}: expected a readable file or folder, got ${got}; check its path and permissions`,
  );
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}
