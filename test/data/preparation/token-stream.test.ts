import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { RandomStream } from '../../../src/base/random.ts';
import { openCacheFile, writeCacheFile } from '../../../src/data/preparation/cache-file.ts';
import {
  readTokenStream,
  type Side,
  type TokenFacts,
  type TokenStream,
} from '../../../src/data/preparation/token-stream.ts';
import { idArrayFor } from '../../../src/data/vocabulary/token-ids.ts';
import { specialTokens } from '../../../src/data/vocabulary/vocabulary.ts';

const scratch = mkdtempSync(join(tmpdir(), 'token-stream-'));
afterAll(() => rmSync(scratch, { recursive: true }));
const [cls, sep] = [2, 3];

/** Written as it is made, with a vocabulary of so many entries; every third document is held out. */
async function streamOf(documents: number[][][], vocabularySize: number): Promise<TokenStream> {
  const path = join(scratch, 'tokens.bin');
  const names = Array.from({ length: vocabularySize - specialTokens.length }, (_, i) => `w${i}`);
  await writeCacheFile(path, (append): TokenFacts => {
    for (const sentences of documents) {
      append(new (idArrayFor(vocabularySize))([cls, ...sentences.flatMap((ids) => [...ids, sep])]));
    }
    const heldOut = [...documents.keys()].filter((i) => i % 3 === 2);
    return { tokens: [...specialTokens, ...names], documents: documents.length, heldOut };
  });
  return readTokenStream(openCacheFile<TokenFacts>(path)!);
}

const read = (stream: TokenStream, side: Side) =>
  Array.from(stream.documentsOf(side), (document) => Array.from(document, (ids) => [...ids]));

/** Documents of 0 to 20 sentences of 1 to 40 words. */
function randomDocuments(count: number, vocabularySize: number): number[][][] {
  const random = new RandomStream('documents', vocabularySize);
  const word = () => 5 + random.integer(vocabularySize - 5);
  return Array.from({ length: count }, () =>
    Array.from({ length: random.integer(21) }, () => Array.from({ length: 1 + random.integer(40) }, word)),
  );
}

describe('a token stream', () => {
  // 2,000 documents are about 400,000 ids, more than one window.
  test.each([
    ['two bytes', 2 ** 16],
    ['four bytes', 2 ** 16 + 1],
  ])('of %s an id gives back each document, on its side, in order', async (_, vocabularySize) => {
    const documents = randomDocuments(2000, vocabularySize);
    documents[7] = [[vocabularySize - 1]];
    const stream = await streamOf(documents, vocabularySize);
    expect(stream.documents).toEqual({ train: 1334, 'held-out': 666 });
    expect(read(stream, 'train')).toEqual(documents.filter((_, i) => i % 3 !== 2));
    expect(read(stream, 'held-out')).toEqual(documents.filter((_, i) => i % 3 === 2));
    expect(stream.length).toBe(documents.flat(2).length + documents.flat(1).length + documents.length);
  });

  test('holds sentences longer than any window', async () => {
    const long = Array.from({ length: 2 ** 19 + 1 }, (_, i) => 5 + (i % 90));
    const documents = [[[7, 8], long, [9]], [[10]]];
    expect(read(await streamOf(documents, 100), 'train')).toEqual(documents);
  });

  test('says how far it has been read', async () => {
    const stream = await streamOf([[[5, 6], [7]], [], [[8]]], 100);
    const places: number[] = [];
    for (const document of stream.documentsOf('train', (ids) => places.push(ids))) for (const _ of document);
    // [CLS] 5 6 [SEP] 7 [SEP] · [CLS] · [CLS] 8 [SEP], the last of them held out and read over.
    expect(places).toEqual([6, 7, 10]);
  });
});
