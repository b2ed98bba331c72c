/** No model may have read what it is scored on: dev texts of every offline task, looked for in packed training text. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { corpusNames } from '../../../src/data/corpora/registry.ts';
import { type PreparedData, prepareData } from '../../../src/data/preparation/prepared.ts';
import { offlineTasks, tuningTasks, wordTasks } from '../../../src/downstream/tasks/offline.ts';
import type { TaskExample } from '../../../src/downstream/tasks/task.ts';
import { tokenIdsOf } from '../../helpers/examples.ts';

const tasks = [...offlineTasks, ...tuningTasks, ...wordTasks];
/** Words. Shorter texts ("a basketball maneuver") stand in other books without having been copied. */
const shortest = 8;
const vocabularySize = 2000;
/** Tokens by which texts are looked up: more would not fit into the exact integers. */
const keyLength = 4;

interface Sought {
  ids: number[];
  text: string;
}

/** Texts that stand whole in the packed text of all corpora, training and held-out. */
let found: Set<string>;
const genre = offlineTasks.find(({ name }) => name === 'genre')!;

const cacheFolder = mkdtempSync(join(tmpdir(), 'leaks-'));
afterAll(() => rmSync(cacheFolder, { recursive: true }));

beforeAll(async () => {
  const options = { vocabularySize, lowercase: true, sequenceLength: 128, heldOutFraction: 0.02 };
  const prepared = await prepareData({ corpora: [...corpusNames], ...options }, { cacheFolder });
  const scored = tasks.flatMap((task) => Object.values(task.load({}).dev).flat());
  const sought = [...scored, ...genre.load({}).train].flatMap(longTextsOf);
  found = textsIn(streamOf(prepared), prepared, sought);
}, 600_000);

/** Either text, and both on end. */
function longTextsOf({ first, second = '' }: TaskExample): string[] {
  return [first, second, `${first} ${second}`].filter((text) => text.split(' ').length >= shortest);
}

/** All tokens of text in their order, special ones gone. (Packing moves a few: it puts off what finds no room.) */
function streamOf({ train, heldOut, vocabulary }: PreparedData): Int32Array {
  const special = new Set([vocabulary.clsId, vocabulary.sepId, vocabulary.padId]);
  const parts = [train, heldOut].map((examples) => tokenIdsOf(examples).filter((id) => !special.has(id)));
  return Int32Array.from([...parts[0]!, ...parts[1]!]);
}

function textsIn(stream: Int32Array, { tokenizer }: PreparedData, texts: readonly string[]): Set<string> {
  const byKey = new Map<number, Sought[]>();
  for (const text of new Set(texts)) {
    const ids = tokenizer.encode(text);
    byKey.set(keyAt(ids, 0), [...(byKey.get(keyAt(ids, 0)) ?? []), { ids, text }]);
  }
  const found = new Set<string>();
  for (let at = 0; at + keyLength <= stream.length; at++) {
    for (const { ids, text } of byKey.get(keyAt(stream, at)) ?? []) {
      if (ids.every((id, i) => stream[at + i] === id)) found.add(text);
    }
  }
  return found;
}

function keyAt(ids: ArrayLike<number>, at: number): number {
  let key = 0;
  for (let i = 0; i < keyLength; i++) key = key * vocabularySize + ids[at + i]!;
  return key;
}

describe('pre-training text', () => {
  test.each(tasks.map((task) => [task.name, task] as const))('has no dev text of %s in it', (_, task) => {
    const texts = task.load({}).dev.dev!.flatMap(longTextsOf);
    expect(texts.length).toBeGreaterThan(300);
    expect(texts.filter((text) => found.has(text))).toEqual([]);
  });

  test('has most texts in it that a task on open documents trains on: this test can find them', () => {
    const texts = [...new Set(genre.load({}).train.flatMap(longTextsOf))];
    expect(texts.filter((text) => found.has(text)).length).toBeGreaterThan(0.85 * texts.length);
  });
});
