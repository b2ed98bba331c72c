/** What the configuration's tests share: names that exist, and a folder to write files in. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import type { KnownNames } from '../../src/config/schema.ts';

export const known: KnownNames = {
  regimes: ['joint', 'bert'],
  corpora: ['gutenberg', 'sotu', 'brown'],
  tasks: ['supersense'],
};

export interface Scratch {
  folder: string;
  /** Writes a file below the folder and returns its path. */
  write(name: string, content: string | Uint8Array): string;
}

/** A fresh folder for each test of the file. */
export function scratch(): Scratch {
  const area: Scratch = {
    folder: '',
    write(name, content) {
      const path = join(area.folder, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
      return path;
    },
  };
  beforeEach(() => {
    area.folder = mkdtempSync(join(tmpdir(), 'config-'));
  });
  afterEach(() => rmSync(area.folder, { recursive: true, force: true }));
  return area;
}

/** The message of the error that `act` throws. */
export function messageOf(act: () => unknown, type: new (message: string) => Error): string {
  try {
    act();
  } catch (error) {
    if (error instanceof type) return error.message;
    throw error;
  }
  throw new Error('nothing was thrown');
}
