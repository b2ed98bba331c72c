/** Files and folders that are whole or absent: written aside, flushed, renamed. */
import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { asideOf } from './aside.ts';
import { systemCode, unwritable } from './system-errors.ts';

/**
 * Writes a file so that a reader, or a crash at any moment, sees the old content or the new, never a part.
 *
 * @param chunks written one after another, so that a large file needs no second copy in memory
 * @throws {DataError} if the folder cannot be written or the disk is full; the old file is untouched
 */
export function writeFileAtomically(path: string, ...chunks: (string | Uint8Array)[]): void {
  const aside = asideOf(path);
  try {
    makeFolder(dirname(path));
    writeFlushed(aside, chunks);
    renameSync(aside, path);
  } catch (error) {
    if (existsSync(aside)) rmSync(aside);
    throw unwritable(path, error);
  }
}

/**
 * Writes a folder so that it is whole or absent.
 *
 * The rename replaces an empty folder and no other, so that of several writers one wins and none loses what it has.
 *
 * @param path behind a link, the link's target is written
 * @throws {DataError} if it cannot be written, or has something in it
 */
export function writeFolderAtomically(path: string, write: (folder: string) => void): void {
  const target = existsSync(path) ? realpathSync(path) : path;
  const aside = asideOf(target);
  try {
    makeFolder(dirname(aside));
    mkdirSync(aside);
    write(aside);
    renameSync(aside, target);
  } catch (error) {
    if (existsSync(aside)) rmSync(aside, { recursive: true });
    throw unwritable(path, error);
  }
}

/**
 * Makes a folder and those above it, one by one: Node's own way never ends where a system refuses with "no such file",
 * as Linux does in /proc.
 *
 * @param option that chooses another place, for the message
 * @throws {DataError} if it cannot be made
 */
export function makeFolder(path: string, option?: string): void {
  if (existsSync(path)) return;
  if (dirname(path) !== path) makeFolder(dirname(path), option);
  try {
    mkdirSync(path);
  } catch (error) {
    // A folder now, of another process; a link to itself exists for this and not for what comes next.
    if (systemCode(error) !== 'EEXIST') throw unwritable(path, error, option);
  }
}

/** SHA-256 of bytes, in hexadecimal. */
export function sha256(...chunks: (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const chunk of chunks) hash.update(chunk);
  return hash.digest('hex');
}

/** The bytes behind a typed array, without a copy. */
export function bytesOf(array: ArrayBufferView): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

function writeFlushed(path: string, chunks: (string | Uint8Array)[]): void {
  const file = openSync(path, 'w');
  try {
    for (const chunk of chunks) writeWhole(file, typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Writes all bytes to an open file, in as many turns as the system takes. */
export function writeWhole(file: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
}
