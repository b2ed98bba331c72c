/** Files that are whole or absent: written aside, flushed, renamed; and folders that one process owns. */
import { createHash, randomUUID } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { hostname } from 'node:os';
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

/**
 * Takes a folder for this process until the returned function is called.
 *
 * The lock of a process that is gone (killed, machine restarted) is taken over.
 *
 * @throws {DataError} if a living process on this machine, or any process of another machine, holds it
 */
export function lockFolder(folder: string): () => void {
  const path = join(folder, 'lock.json');
  const mine = JSON.stringify({ pid: process.pid, host: hostname(), started: new Date().toISOString() });
  makeFolder(folder);
  if (!tryCreate(path, mine)) {
    const holder = readHolder(path);
    if (holder && isAlive(holder)) {
      const got = `one held by process ${holder.pid} on ${holder.host} since ${holder.started}`;
      throw new DataError(
        `${folder}: expected a results folder that no other process is writing, got ${got}; wait for it, or delete ${path} if you know it is gone`,
      );
    }
    takeAway(path, holder);
    if (!tryCreate(path, mine)) return lockFolder(folder);
  }
  return () => rmSync(path, { force: true });
}

/** Removes a dead process's lock; if another process has put its own there meanwhile, that one goes back. */
function takeAway(path: string, dead: Holder | undefined): void {
  const aside = asideOf(path);
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw unwritable(path, error);
  }
  const taken = readHolder(aside);
  if (taken && JSON.stringify(taken) !== JSON.stringify(dead) && isAlive(taken)) linkSync(aside, path);
  rmSync(aside, { force: true });
}

/** Whether a living process holds a folder. */
export function isLocked(folder: string): boolean {
  const holder = readHolder(join(folder, 'lock.json'));
  return holder !== undefined && isAlive(holder);
}

interface Holder {
  pid: number;
  host: string;
  started: string;
}

function readHolder(path: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
}

function isAlive({ pid, host }: Holder): boolean {
  if (host !== hostname()) return true;
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** A killed process answers until its parent has taken notice, which in a container may be never. */
function isZombie(pid: number): boolean {
  const path = `/proc/${pid}/stat`;
  if (!existsSync(path)) return false;
  const afterName = readFileSync(path, 'utf8').split(') ').at(-1)!;
  return afterName.startsWith('Z');
}

/** Written aside and linked: a lock appears with its content or not at all, and never over another. */
function tryCreate(path: string, text: string): boolean {
  const aside = asideOf(path);
  try {
    writeFlushed(aside, [text]);
    linkSync(aside, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw unwritable(path, error);
  } finally {
    rmSync(aside, { force: true });
  }
}

function asideOf(path: string): string {
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

function writeWhole(file: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
}
