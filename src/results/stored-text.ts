/** What runs do with a few held-out sentences, beside the tables of a results folder: `text.json`. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomically } from '../base/atomic-files.ts';
import { assertShape, readJsonFile } from '../base/json-file.ts';
import type { TextToken } from '../report/report-data.ts';

/** Raise when other sentences or masks are chosen, or tokens are described in another way: runs are then read anew. */
export const textVersion = 1;

export interface StoredText {
  runId: string;
  version: number;
  /** Of the checkpoint that was read. */
  step: number;
  sentences: TextToken[][];
}

const guess = z.looseObject({ token: z.string(), prob: z.number() });
const textShape = z.array(
  z.looseObject({
    runId: z.string(),
    version: z.number(),
    step: z.number(),
    sentences: z.array(
      z.array(
        z.looseObject({
          token: z.string(),
          sample: guess.optional(),
          best: z.array(guess).optional(),
          replaced: z.number().optional(),
        }),
      ),
    ),
  }),
);

/** @throws {DataError} if the file is broken */
export function readTexts(results: string): StoredText[] {
  const path = join(results, 'text.json');
  if (!existsSync(path)) return [];
  const [what, remedy] = ['sentences as runs read them', 'delete this file and write the report again'];
  const stored = readJsonFile(path, what, remedy);
  assertShape(path, what, remedy, textShape, stored);
  return stored as StoredText[];
}

/** One run a line. */
export function writeTexts(results: string, texts: readonly StoredText[]): void {
  const lines = texts.map((text) => JSON.stringify(text));
  writeFileAtomically(join(results, 'text.json'), `[\n${lines.join(',\n')}\n]\n`);
}
