/** The event files of one run's folder: growing by events, and cut back to where a run goes on from. */
import { createWriteStream, existsSync, readdirSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { makeFolder } from '../../base/atomic-files.ts';
import { unwritable } from '../../base/system-errors.ts';
import { encodeRecord, findEvents, type LoggedEvent } from './event-records.ts';

const prefix = 'events.out.tfevents.';

/** An event file that grows. */
export interface EventFile {
  /** Hands an event to the system and returns: nothing waits for the disk. */
  append(event: LoggedEvent): void;
  /** Waits until everything is written. */
  close(): Promise<void>;
}

/** The event files of a folder, oldest first. */
export function listEventFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name.startsWith(prefix));
  return names.sort().map((name) => join(folder, name));
}

export function removeEventFiles(folder: string): void {
  for (const path of listEventFiles(folder)) rmSync(path);
}

/**
 * Cuts off events after a step, and what a killed process has left of its last one.
 *
 * @returns what is there now, each as `keyOf` has it
 */
export function cutEventFiles(folder: string, step: number): Set<string> {
  const keys = new Set<string>();
  for (const path of listEventFiles(folder)) {
    const file = readFileSync(path);
    let end = 0;
    for (const event of findEvents(file)) {
      if (event.step > step) break;
      end = event.end;
      for (const tag of event.tags) keys.add(keyOf(event.step, tag));
    }
    if (end < file.length) truncateSync(path, end);
  }
  return keys;
}

/** What names a value among those of a run. */
export function keyOf(step: number, tag: string): string {
  return `${step} ${tag}`;
}

/**
 * Begins another event file; TensorBoard reads all of a folder in the order of their names.
 *
 * @param onFailure told once if the file cannot be written; events are dropped from then on
 */
export function openEventFile(folder: string, onFailure: (error: Error) => void): EventFile {
  makeFolder(folder);
  const path = join(folder, nextName(folder));
  const stream = createWriteStream(path, { flags: 'wx' });
  stream.on('error', (error) => onFailure(unwritable(path, error) as Error));
  const append = (event: LoggedEvent) => {
    if (!stream.destroyed) stream.write(encodeRecord(event));
  };
  append({ wallTime: Date.now() / 1000, step: 0, says: 'version' });
  const close = async () => {
    stream.end();
    await finished(stream).catch(() => {}); // told to onFailure
  };
  return { append, close };
}

/** `events.out.tfevents.<seconds>.<host>`, with seconds that no earlier file of the folder has. */
function nextName(folder: string): string {
  const newest = listEventFiles(folder).at(-1)?.slice(join(folder, prefix).length) ?? '0';
  const seconds = Math.max(Math.floor(Date.now() / 1000), Number.parseInt(newest, 10) + 1);
  return `${prefix}${String(seconds).padStart(10, '0')}.${hostname()}`;
}
