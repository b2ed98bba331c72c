/** Files and folders that are whole or absent: written aside, flushed, renamed. */
import { createHash, randomUUID } from 'node:crypto';
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
import { basename, dirname, join } from 'node:path';
import { DataError, explain } from './errors.ts';

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
 * @throws {DataError} if it cannot be made
 */
export function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw unwritable(path, error);
  }
}

/** Turns a file-system error of writing into a message with a remedy; other errors pass through. */
export function unwritable(path: string, error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  const remedy: Record<string, string> = {
    ENOSPC: 'free some disk space and run the same command again',
    EDQUOT: 'free some of your disk quota and run the same command again',
    EFBIG: 'files here may not grow so large; raise the limit (ulimit -f) and run the same command again',
    ENOENT: 'choose a folder on a file system that takes new files (--out, --cache)',
    EROFS: 'choose a folder on a writable file system (--out)',
    EACCES: 'choose a folder that you may write (--out)',
    EPERM: 'choose a folder that you may write (--out)',
    ENOTDIR: 'a part of this path is a file; choose another folder (--out)',
    EEXIST: 'a part of this path is a file; choose another folder (--out)',
    EISDIR: 'there is a folder of this name; rename it, or delete it',
    ENOTEMPTY: 'something else has been written there meanwhile; choose another folder (--out)',
  };
  if (!code || !(code in remedy)) return error;
  return new DataError(explain(path, 'a writable file', code, remedy[code]));
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

/** A name beside a path that nothing else has. */
export function asideOf(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomUUID()}.part`);
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
