/**
 * Folders that one process owns, among all processes on all machines that see them.
 *
 * A lock is a folder `lock` with one empty file, whose name is its holder. It is taken by renaming a folder that was
 * made aside, which fails where `lock` is not empty; a dead holder's is taken over by renaming its file, which only
 * the first of many can do. Nothing but an atomic rename is asked of the file system.
 */
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { asideOf, makeFolder, unwritable } from './atomic-files.ts';
import { DataError } from './errors.ts';
import { currentJob, isJobOver } from './slurm-job.ts';

/** Who has a folder. */
export interface Holder {
  host: string;
  pid: number;
  started: Date;
  /** Its Slurm job, if it is one's. */
  job: string | undefined;
}

/**
 * Takes a folder for this process until the returned function is called.
 *
 * The lock of a process that is gone (killed, machine restarted, its Slurm job over) is taken over.
 *
 * @throws {DataError} if a living process on this machine holds it, or one of another machine that nobody can say is gone
 */
export function lockFolder(folder: string): () => void {
  const path = lockPath(folder);
  const mine = holderName({ host: hostname(), pid: process.pid, started: new Date(), job: currentJob() });
  makeFolder(folder);
  while (!tryTake(path, mine)) {
    const name = holderNameIn(path);
    if (name === undefined) continue; // given back just now
    const holder = parseHolder(name);
    if (holder && isAlive(holder)) throw heldBy(holder, folder);
    if (tryRename(join(path, name), join(path, mine)) && holderNameIn(path) === mine) break;
  }
  return () => giveBack(path, mine);
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
export function isAlive({ pid, host, job }: Holder): boolean {
  if (host === hostname() && !isProcess(pid)) return false;
  return job === undefined || !isJobOver(job);
}

/** The name of a holder's file: its parts, and what tells it from any other. */
export function holderName({ host, pid, started, job = '' }: Holder): string {
  return [host, pid, started.getTime(), job, randomUUID()].join('~');
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
  const [host, pid, started, job, id] = name.split('~');
  if (host === undefined || id === undefined) return undefined;
  return { host, pid: Number(pid), started: new Date(Number(started)), job: job || undefined };
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

function heldBy({ pid, host, started, job }: Holder, folder: string): DataError {
  const its = job === undefined ? '' : ` (Slurm job ${job.split('.')[0]})`;
  const got = `one held by process ${pid} on ${host}${its} since ${started.toISOString()}`;
  const remedy = `wait for it, or delete ${lockPath(folder)} if you know it is gone`;
  return new DataError(
    `${folder}: expected a results folder that no other process is writing, got ${got}; ${remedy}`,
  );
}

function isProcess(pid: number): boolean {
  if (pid === process.pid) return false; // an earlier life of this process: numbers begin anew in a container
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
