/**
 * Names for what is written aside and renamed when it is whole. A kill leaves it behind; the name says whose it was, so
 * that whoever comes next may remove it.
 */
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { isProcess, processStartOf } from './processes.ts';

/** A name beside a path that nothing else has: `.<name>.<machine>~<process>~<its start>~<chance>.part`. */
export function asideOf(path: string): string {
  own ??= [mark(hostname()), process.pid.toString(36), mark(processStartOf(process.pid))].join('~');
  return join(dirname(path), `.${basename(path)}.${own}~${randomUUID().slice(0, 8)}.part`);
}

let own: string | undefined;
const asideName = /^\..+\.([0-9a-f]{6})~([0-9a-z]+)~([0-9a-f]{6})~[0-9a-f]{8}\.part$/;

/**
 * Removes what processes of this machine have left in a folder and that are gone; what they were to write is written anew
 * by who does their work again.
 *
 * @param depth how many levels of folders below it are looked through as well
 */
export function removeLeftovers(folder: string, depth: number): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (isLeftover(entry.name)) remove(path);
    else if (depth > 0 && entry.isDirectory() && existsSync(path)) removeLeftovers(path, depth - 1);
  }
}

function isLeftover(name: string): boolean {
  const [, machine, pid, start] = asideName.exec(name) ?? [];
  if (pid === undefined || machine !== mark(hostname())) return false;
  const number = Number.parseInt(pid, 36);
  return !isProcess(number, undefined) || mark(processStartOf(number)) !== start;
}

/** What cannot be removed harms nobody. */
function remove(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // Another user's, or a disk that fails.
  }
}

/** Short: a file's name has room for 255 bytes, and the name of a run may need 211 of them. */
function mark(text = ''): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 6);
}
