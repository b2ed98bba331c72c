/** A folder in BLiMP's format: three paradigms of two terms, with sentences of the toy corpora's words. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface ToyLine {
  sentence_good: string;
  sentence_bad: string;
  field: string;
  linguistics_term: string;
  UID: string;
}

export function toyLine(UID: string, term: string, i: number): ToyLine {
  const [sentence_good, sentence_bad] = [`bas deb fit ${'gov '.repeat(i % 3)}.`, `deb bas fit ${i}.`];
  return { sentence_good, sentence_bad, field: 'syntax', linguistics_term: term, UID };
}

export function writeToyBlimp(folder: string, pairs = 6): string {
  mkdirSync(folder, { recursive: true });
  const terms = { island_one: 'island_effects', island_two: 'island_effects', binding_one: 'binding' };
  for (const [name, term] of Object.entries(terms)) {
    writeLines(
      join(folder, `${name}.jsonl`),
      Array.from({ length: pairs }, (_, i) => toyLine(name, term, i)),
    );
  }
  return folder;
}

export function writeLines(path: string, lines: readonly unknown[]): void {
  writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
}
