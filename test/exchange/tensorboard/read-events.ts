/** The independent reader of event files, where there is a Python. */
import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Histogram } from '../../../src/exchange/tensorboard/histogram.ts';

export interface ReadEvent {
  wallTime: number;
  step: number;
  version?: string;
  session?: number;
  values?: { tag: string; scalar?: number; about?: string; histogram?: Histogram }[];
}

export const hasPython = spawnSync('python3', ['--version']).status === 0;
if (!hasPython)
  console.warn('no python3 on the PATH: event files are not checked; on Debian: apt-get install python3');

/** @throws if a checksum is wrong or a record is cut off */
export function readEvents(...paths: string[]): ReadEvent[] {
  const script = join(import.meta.dirname, 'read-events.py');
  return JSON.parse(execFileSync('python3', [script, ...paths], { encoding: 'utf8' }));
}

/** `step tag`, of every value in its order. */
export function keysIn(events: readonly ReadEvent[]): string[] {
  return events.flatMap(({ step, values = [] }) => values.map(({ tag }) => `${step} ${tag}`));
}
