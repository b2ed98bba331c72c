/**
 * Large cache files, written front to back and read at any place: the body, one line of JSON about it, where that line
 * begins, and a checksum of all before. A file without its end, or with a changed byte, is no cache file.
 */
import { createHash } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  fsyncSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { bytesOf, makeFolder, writeWhole } from '../../base/atomic-files.ts';
import { DataError } from '../../base/errors.ts';
import { type Holder, holderName, isAlive, parseHolder } from '../../base/folder-lock.ts';
import { currentJob } from '../../base/slurm-job.ts';
import { unreadable, unwritable } from '../../base/system-errors.ts';

export interface CacheFile<Facts> {
  facts: Facts;
  /** Of the body. */
  byteLength: number;
  /** Fills `target` with the body from a byte on. */
  read(target: ArrayBufferView, position: number): void;
}

/** A file is not as it was written, or of another version. */
export class DamagedError extends DataError {}

/** Adds to the end of a body. */
export type Append = (part: ArrayBufferView) => void;

/** Bytes that are written, hashed or read at a time. */
const blockLength = 2 ** 20;
/** Where the line of facts begins, in decimal. */
const offsetLength = 16;
/** SHA-256. */
const checksumLength = 32;

/**
 * Writes a file aside and renames it, so that at `path` there is a whole file or none; several processes may do so at
 * once. What was left aside by processes that are gone is deleted.
 *
 * @param write appends the body and returns what is to be known of it
 * @throws {DataError} if the folder cannot be written or the disk is full
 */
export async function writeCacheFile<Facts>(
  path: string,
  write: (append: Append) => Facts | Promise<Facts>,
): Promise<void> {
  const aside = join(dirname(path), `.${basename(path)}~${holderName(self)}${asideEnding}`);
  try {
    makeFolder(dirname(path), '--cache');
    removeAbandoned(dirname(path));
    const file = openSync(aside, 'wx');
    try {
      await writeBody(file, write);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(aside, path);
  } catch (error) {
    rmSync(aside, { force: true });
    throw unwritable(path, error, '--cache');
  }
}

/**
 * Opens a file after it has read all of it once, block by block. It is closed when nothing refers to it any more.
 *
 * @returns undefined if there is none
 * @throws {DataError} if it is not as it was written
 */
export function openCacheFile<Facts>(path: string): CacheFile<Facts> | undefined {
  const file = openExisting(path);
  if (file === undefined) return undefined;
  try {
    const opened = inspect<Facts>(file, path);
    unreferenced.register(opened, file);
    return opened;
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

const unreferenced = new FinalizationRegistry<number>((file) => closeSync(file));

const self: Holder = { host: hostname(), pid: process.pid, started: new Date(), job: currentJob() };
const asideEnding = '.part';

async function writeBody<Facts>(
  file: number,
  write: (append: Append) => Facts | Promise<Facts>,
): Promise<void> {
  const hash = createHash('sha256');
  const block = Buffer.alloc(blockLength);
  let [used, length] = [0, 0];
  function flush(): void {
    const bytes = block.subarray(0, used);
    hash.update(bytes);
    writeWhole(file, bytes);
    used = 0;
  }
  function append(part: ArrayBufferView): void {
    const bytes = bytesOf(part);
    for (let start = 0; start < bytes.length; ) {
      const piece = bytes.subarray(start, start + blockLength - used);
      block.set(piece, used);
      used += piece.length;
      start += piece.length;
      if (used === blockLength) flush();
    }
    length += bytes.length;
  }
  const facts = await write(append);
  const offset = String(length).padStart(offsetLength);
  append(Buffer.from(`${JSON.stringify(facts)}\n${offset}`));
  flush();
  writeWhole(file, hash.digest());
}

function openExisting(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code!)) return undefined;
    throw unreadable(path, 'a cache file that can be read, or another --cache', error);
  }
}

function inspect<Facts>(file: number, path: string): CacheFile<Facts> {
  const end = fstatSync(file).size - checksumLength;
  const read = (target: ArrayBufferView, position: number) => {
    if (!fill(target, file, position)) {
      throw new DataError(
        `${path}: expected the file as it was opened, got a shorter one; run the command again`,
      );
    }
  };
  const bytesAt = (from: number, to: number) => {
    const bytes = Buffer.alloc(to - from);
    read(bytes, from);
    return bytes;
  };
  if (end < offsetLength || !bytesAt(end, end + checksumLength).equals(checksumOf(file, end))) {
    throw new DamagedError(`${path}: expected a cache file as it was written, got other bytes; delete it`);
  }
  const byteLength = Number(bytesAt(end - offsetLength, end));
  const facts = JSON.parse(bytesAt(byteLength, end - offsetLength).toString()) as Facts;
  return { facts, byteLength, read };
}

function checksumOf(file: number, end: number): Buffer {
  const hash = createHash('sha256');
  const block = Buffer.alloc(blockLength);
  for (let position = 0; position < end; position += blockLength) {
    const part = block.subarray(0, Math.min(blockLength, end - position));
    fill(part, file, position);
    hash.update(part);
  }
  return hash.digest();
}

/** @returns false if the file ends before */
function fill(target: ArrayBufferView, file: number, position: number): boolean {
  const bytes = bytesOf(target);
  for (let filled = 0; filled < bytes.length; ) {
    const count = readSync(file, bytes, filled, bytes.length - filled, position + filled);
    if (count === 0) return false;
    filled += count;
  }
  return true;
}

/** A killed process leaves as much aside as it had written. */
function removeAbandoned(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (!name.startsWith('.') || !name.endsWith(asideEnding)) continue;
    const holder = parseHolder(name.slice(name.indexOf('~') + 1, -asideEnding.length));
    const isOurs = holder?.started.getTime() === self.started.getTime();
    if (holder && !isOurs && !isAlive(holder)) rmSync(join(folder, name), { force: true });
  }
}
