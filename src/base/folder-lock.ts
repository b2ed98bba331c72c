/**
 * Folders that one process owns, among all processes on all machines that see them.
 *
 * A lock is a folder `lock` with one empty file, whose name is its holder. It is taken by renaming a folder that was
 * made aside, which fails where `lock` is not empty; a dead holder's is taken over by renaming its file, which only
 * the first of many can do. Nothing but an atomic rename is asked of the file system.
 */
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { asideOf, removeLeftovers } from './aside.ts';
import { makeFolder } from './atomic-files.ts';
import { DataError } from './errors.ts';
import { isProcess, processStartOf } from './processes.ts';
import { currentJob, isJobOver } from './slurm-job.ts';
import { unwritable } from './system-errors.ts';

/** Who has a folder. */
export interface Holder {
  host: string;
  pid: number;
  started: Date;
  /** Its Slurm job, if it is one's. */
  job: string | undefined;
  /** When its process began, as its machine counts; locks of older versions do not say it. */
  processStart?: string | undefined;
}

/**
 * Takes a folder for this process until the returned function is called.
 *
 * The lock of a process that is gone (killed, machine restarted, its Slurm job over) is taken over, and what such processes
 * have left half written in the folder is removed.
 *
 * @param name of the lock: a folder may have several, for different things in it
 * @throws {DataError} if a living process on this machine holds it, or one of another machine that nobody can say is gone
 */
export function lockFolder(folder: string, name = 'lock'): () => void {
  const path = join(folder, name);
  const { pid } = process;
  const start = { processStart: processStartOf(pid) };
  const mine = holderName({ host: hostname(), pid, started: new Date(), job: currentJob(), ...start });
  makeFolder(folder);
  while (!tryTake(path, mine)) {
    const found = holderNameIn(path);
    if (found === undefined) continue; // given back just now
    const holder = parseHolder(found);
    if (holder && isAlive(holder)) throw new HeldError(heldBy(holder, path));
    if (tryRename(join(path, found), join(path, mine)) && holderNameIn(path) === mine) break;
  }
  removeLeftovers(folder, 2);
  return () => giveBack(path, mine);
}

/** Somebody else has the folder. */
class HeldError extends DataError {}

/**
 * Takes a lock that others hold for moments, and waits for it.
 *
 * @throws {DataError} as `lockFolder`, after so many seconds
 */
export function lockWhenFree(folder: string, name: string, seconds: number): () => void {
  const until = performance.now() + 1000 * seconds;
  for (;;) {
    try {
      return lockFolder(folder, name);
    } catch (error) {
      if (!(error instanceof HeldError) || performance.now() > until) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
    }
  }
}

/** Who holds a folder, since when, and what to do about it; undefined if no living process does. */
export function whoHolds(folder: string): string | undefined {
  const holder = holderOf(folder);
  return holder && isAlive(holder) ? heldBy(holder, lockPath(folder)) : undefined;
}

/** Whether a living process holds a folder. */
export function isLocked(folder: string): boolean {
  const holder = holderOf(folder);
  return holder !== undefined && isAlive(holder);
}

/** Who holds a folder, dead or alive. */
export function holderOf(folder: string): Holder | undefined {
  const name = holderNameIn(lockPath(folder));
  return name === undefined ? undefined : parseHolder(name);
}

/** Whether a process is there, as far as this machine can see: one of another machine counts until its job is over. */
export function isAlive({ job, ...holder }: Holder): boolean {
  const { host, pid, processStart } = holder;
  // Of this process's number: an earlier life of it.
  if (host === hostname() && (pid === process.pid || !isProcess(pid, processStart))) return false;
  return job === undefined || !isJobOver(job);
}

/** The name of a holder's file: its parts, and what tells it from any other. */
export function holderName({ host, pid, started, job = '', processStart = '' }: Holder): string {
  return [host, pid, started.getTime(), job, randomUUID(), processStart].join('~');
}

function lockPath(folder: string): string {
  return join(folder, 'lock');
}

function holderNameIn(path: string): string | undefined {
  return existsSync(path) ? listed(path)[0] : undefined;
}

/** @returns nothing of a folder that has gone meanwhile */
function listed(path: string): string[] {
  try {
    return readdirSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw unwritable(path, error);
  }
}

/** @returns undefined if it is no holder's name */
export function parseHolder(name: string): Holder | undefined {
  const [host, pid, started, job, id, processStart] = name.split('~');
  if (host === undefined || id === undefined) return undefined;
  const since = new Date(Number(started));
  return {
    host,
    pid: Number(pid),
    started: since,
    job: job || undefined,
    processStart: processStart || undefined,
  };
}

/** Makes the lock aside, whole, and renames it; an empty one is replaced. */
function tryTake(path: string, mine: string): boolean {
  if (holderNameIn(path) !== undefined) return false;
  const aside = asideOf(path);
  try {
    makeFolder(aside);
    writeFileSync(join(aside, mine), '');
    tryRename(aside, path);
    // And not whether the rename said so: over a network its answer may be lost, and a second try then fails.
    return holderNameIn(path) === mine;
  } catch (error) {
    throw unwritable(path, error);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

/** @returns false if what is to be renamed has gone, or there is something in the way */
function tryRename(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if (['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code!)) return false;
    throw unwritable(to, error);
  }
}

/** Leaves alone what another process has taken over. */
function giveBack(path: string, mine: string): void {
  rmSync(join(path, mine), { force: true });
  try {
    rmdirSync(path);
  } catch {
    // The next holder's, or already gone.
  }
}

function heldBy({ pid, host, started, job }: Holder, path: string): string {
  const its = job === undefined ? '' : ` (Slurm job ${job.split('.')[0]})`;
  const got = `one held by process ${pid} on ${host}${its} since ${started.toISOString()}`;
  const remedy = `wait for it, or delete ${path} if you know it is gone`;
  return `${dirname(path)}: expected a results folder that no other process is writing, got ${got}; ${remedy}`;
}
