/** Reads a text file strictly: what is not UTF-8 text is an error that names the file. */
import { constants } from 'node:buffer';
import { readFileSync, statSync } from 'node:fs';
import { DataError } from '../../base/errors.ts';
import { unreadable } from '../../base/system-errors.ts';

/**
 * The text of a file, without a byte-order mark.
 *
 * @param elsewhere what to do with a file that is no text at all
 * @throws {DataError} if the file cannot be read, is too long for one string, holds a NUL byte or is not UTF-8
 */
export function readText(path: string, elsewhere = 'check the path'): string {
  const bytes = readBytes(path);
  const mark = bytes.subarray(0, 2).toString('hex');
  if (mark === 'fffe' || mark === 'feff') {
    const remedy = 'convert it, for example with iconv -f utf-16 -t utf-8';
    throw new DataError(`${path}: expected UTF-8 text, got UTF-16; ${remedy}`);
  }
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

function readBytes(path: string): Buffer {
  try {
    assertLength(path, statSync(path).size);
    return readFileSync(path);
  } catch (error) {
    throw unreadable(path, 'a readable text file', error);
  }
}

/** Half of the longest string, because text grows before it is cut: quoted, escaped, joined. */
const mostBytes = Math.floor(constants.MAX_STRING_LENGTH / 2);

/**
 * Asked before a byte is read.
 *
 * @throws {DataError} if a file of so many bytes is too long for one string
 */
export function assertLength(path: string, bytes: number): void {
  if (bytes <= mostBytes) return;
  const [most, got] = [mostBytes, bytes].map((length) => Math.floor(length / 1e6));
  const remedy = 'split it, for example with split -C 100M --additional-suffix=.txt';
  throw new DataError(`${path}: expected a text file of at most ${most} MB, got ${got} MB; ${remedy}`);
}
