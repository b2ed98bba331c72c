import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sha256 } from '../../../src/base/atomic-files.ts';
import { DataError } from '../../../src/base/errors.ts';
import { corpusNamed } from '../../../src/data/corpora/registry.ts';
import {
  type DataOptions,
  type Examples,
  type PreparedData,
  prepareData,
} from '../../../src/data/preparation/prepared-data.ts';
import { Vocabulary } from '../../../src/data/vocabulary/vocabulary.ts';
import { tokenIdsOf } from '../../helpers/examples.ts';

const scratch = mkdtempSync(join(tmpdir(), 'prepared-'));
afterAll(() => rmSync(scratch, { recursive: true }));
let folders = 0;
const newFolder = (): string => {
  const folder = join(scratch, String(folders++));
  mkdirSync(folder);
  return folder;
};

/** A folder of 20 State of the Union addresses: real text, small enough for many preparations. */
const textFolder = newFolder();
const sotu = [...corpusNamed('sotu').documents()].slice(0, 20);
for (const { name, paragraphs } of sotu)
  writeFileSync(join(textFolder, `${name}.txt`), paragraphs.join('\n\n'));

const options: DataOptions = {
  corpora: [],
  folder: textFolder,
  vocabularySize: 1000,
  lowercase: true,
  sequenceLength: 32,
  heldOutFraction: 0.2,
};

const cacheIn = (folder: string, kind: string): string =>
  join(folder, readdirSync(folder).find((name) => name.startsWith(kind))!);
/** All that is prepared, the examples as arrays. */
function contentOf({ tokenizer, train, heldOut, ...rest }: PreparedData) {
  return { ...rest, train: arraysOf(train), heldOut: arraysOf(heldOut) };
}
function arraysOf({ read, ...rest }: Examples) {
  return { ...rest, tokenIds: tokenIdsOf({ read, ...rest }) };
}
/** Text of a side, special tokens and borders between examples gone. */
const wordsOf = ({ tokenizer, train, heldOut }: PreparedData, side: 'train' | 'heldOut') =>
  tokenizer.decode(tokenIdsOf(side === 'train' ? train : heldOut));

describe('prepared data', () => {
  const cacheFolder = newFolder();
  let prepared: PreparedData;
  beforeAll(async () => {
    prepared = await prepareData(options, { cacheFolder });
  });

  test('holds every token of every document once, on one side', () => {
    const encodedWords = sotu.map(({ paragraphs }) => prepared.tokenizer.encode(paragraphs.join(' ')).length);
    const total = encodedWords.reduce((a, b) => a + b, 0);
    const special = new Set([
      prepared.vocabulary.clsId,
      prepared.vocabulary.sepId,
      prepared.vocabulary.padId,
    ]);
    const textTokens = (ids: Int32Array) => ids.filter((id) => !special.has(id)).length;
    expect(textTokens(tokenIdsOf(prepared.train))).toBe(prepared.trainTokenCount);
    expect(textTokens(tokenIdsOf(prepared.train)) + textTokens(tokenIdsOf(prepared.heldOut))).toBe(total);
    expect(prepared.documents.train + prepared.documents.heldOut).toBe(20);
  });

  test('keeps each document whole on its side', () => {
    const heldOut = wordsOf(prepared, 'heldOut');
    const train = wordsOf(prepared, 'train');
    for (const { paragraphs } of sotu) {
      // Twelve tokens from the middle, which few examples cut; both sides are asked, so one side must have most.
      const tokens = prepared.tokenizer.decode(prepared.tokenizer.encode(paragraphs[0]!)).split(' ');
      const probes = Array.from({ length: 20 }, (_, i) => tokens.slice(50 + 12 * i, 54 + 12 * i).join(' '));
      const [inTrain, inHeldOut] = [train, heldOut].map(
        (text) => probes.filter((probe) => text.includes(probe)).length,
      );
      expect(Math.max(inTrain!, inHeldOut!)).toBeGreaterThan(10);
      expect(Math.min(inTrain!, inHeldOut!)).toBeLessThan(8);
    }
  });

  test('has a vocabulary that held-out text did not shape', async () => {
    const other = newFolder();
    const isHeldOut = (name: string) => !wordsOf(prepared, 'train').includes(startOf(name));
    const startOf = (name: string) => {
      const { paragraphs } = sotu.find((document) => document.name === name)!;
      return prepared.tokenizer
        .decode(prepared.tokenizer.encode(paragraphs[0]!))
        .split(' ')
        .slice(100, 112)
        .join(' ');
    };
    const training = sotu.filter(({ name }) => !isHeldOut(name));
    expect(training.length).toBe(prepared.documents.train);
    for (const { name, paragraphs } of training)
      writeFileSync(join(other, `${name}.txt`), paragraphs.join('\n\n'));
    const alone = await prepareData({ ...options, folder: other, heldOutFraction: 0 }, { cacheFolder });
    expect(alone.vocabulary.tokens).toEqual(prepared.vocabulary.tokens);
    expect(tokenIdsOf(alone.train)).toEqual(tokenIdsOf(prepared.train));
  });

  test('is the same from the cache as from the text', async () => {
    const messages: string[] = [];
    const again = await prepareData(options, {
      cacheFolder,
      onProgress: (message) => messages.push(message),
    });
    expect(contentOf(again)).toEqual(contentOf(prepared));
    expect(messages.filter((message) => /training|encoding/.test(message))).toEqual([]);
  });

  test('shares one token cache between sequence lengths', async () => {
    const folder = newFolder();
    const short = await prepareData(options, { cacheFolder: folder });
    const long = await prepareData({ ...options, sequenceLength: 64 }, { cacheFolder: folder });
    expect(readdirSync(folder).filter((name) => name.startsWith('tokens-'))).toHaveLength(1);
    expect(readdirSync(folder)).toHaveLength(1 + 2 * 2); // and two lengths' examples, two sides each
    expect(long.trainTokenCount).toBe(short.trainTokenCount);
    expect(long.hash).not.toBe(short.hash);
  });

  test('has another hash when text, vocabulary, case or split differ', async () => {
    const folder = newFolder();
    for (const { name, paragraphs } of sotu.slice(1))
      writeFileSync(join(folder, `${name}.txt`), paragraphs.join('\n'));
    const changes: Partial<DataOptions>[] = [
      {},
      { folder },
      { vocabularySize: 900 },
      { lowercase: false },
      { heldOutFraction: 0.3 },
      { sequenceLength: 33 },
    ];
    const hashes = new Set<string>();
    for (const change of changes) {
      hashes.add((await prepareData({ ...options, ...change }, { cacheFolder })).hash);
    }
    expect(hashes.size).toBe(changes.length);
  });

  test('uses a vocabulary file as it stands', async () => {
    const vocabularyFile = join(newFolder(), 'vocab.txt');
    prepared.vocabulary.save(vocabularyFile);
    const loaded = await prepareData({ ...options, vocabularyFile }, { cacheFolder: newFolder() });
    expect(loaded.vocabulary.tokens).toEqual(Vocabulary.load(vocabularyFile).tokens);
    expect(tokenIdsOf(loaded.train)).toEqual(tokenIdsOf(prepared.train));
    await expect(
      prepareData({ ...options, vocabularyFile, vocabularySize: 5 }, { cacheFolder }),
    ).rejects.toThrow(
      `data.vocabularySize: expected 1000, the entries of ${vocabularyFile}, got 5; write 1000`,
    );
  });
});

describe('a damaged cache file', () => {
  const damages: [what: string, damage: (bytes: Buffer) => Buffer][] = [
    ['cut short', (bytes) => bytes.subarray(0, bytes.length - 1000)],
    ['emptied', () => Buffer.alloc(0)],
    ['with one bit flipped in the ids', (bytes) => flip(bytes, 100)],
    ['with one bit flipped in the vocabulary', (bytes) => flip(bytes, bytes.length - 1000)],
    ['with one bit flipped in the checksum', (bytes) => flip(bytes, bytes.length - 3)],
  ];
  const kinds = ['tokens', 'examples'];
  const cases = kinds.flatMap((kind) => damages.map(([what, damage]) => [kind, what, damage] as const));

  test.each(cases)('of %s (%s) is noticed and built again', async (kind, _, damage) => {
    const cacheFolder = newFolder();
    const good = contentOf(await prepareData(options, { cacheFolder }));
    const path = cacheIn(cacheFolder, kind);
    const bytes = readFileSync(path);
    writeFileSync(path, damage(Buffer.from(bytes)));
    // Tokens are read where there are no examples of them yet.
    if (kind === 'tokens') rmSync(cacheIn(cacheFolder, 'examples'));
    const messages: string[] = [];
    const mended = await prepareData(options, {
      cacheFolder,
      onProgress: (message) => messages.push(message),
    });
    expect(messages).toContain(`${path}: the cache file is damaged or of another version; building it again`);
    expect(messages.includes('encoding 20 documents')).toBe(kind === 'tokens');
    expect(contentOf(mended)).toEqual(good);
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });

  function flip(bytes: Buffer, at: number): Buffer {
    bytes[at]! ^= 1;
    return bytes;
  }
});

describe('other threads', () => {
  test.each([1, 2, 4])('%i of them write the same bytes as none', async (threads) => {
    const [alone, together] = [newFolder(), newFolder()];
    const one = await prepareData(options, { cacheFolder: alone, threads: 0 });
    const many = await prepareData(options, { cacheFolder: together, threads });
    expect(contentOf(many)).toEqual(contentOf(one));
    expect(filesOf(together)).toEqual(filesOf(alone));
  });

  test('pass on what is wrong with a file, the first in order', async () => {
    const folder = newFolder();
    const names = ['a.txt', 'b.txt', 'c.txt', 'd.txt'];
    for (const name of names) writeFileSync(join(folder, name), `text of ${name}`);
    for (const name of ['d.txt', 'b.txt']) writeFileSync(join(folder, name), Buffer.of(0x66, 0xfc, 0x72));
    const cacheFolder = newFolder();
    await expect(prepareData({ ...options, folder }, { cacheFolder, threads: 2 })).rejects.toThrow(
      new DataError(
        `${join(folder, 'b.txt')}: expected UTF-8 text, got another encoding; convert it, for example with iconv -f latin1 -t utf-8`,
      ),
    );
    expect(readdirSync(cacheFolder)).toEqual([]);
  });

  test('of two preparations at once, both come out right', async () => {
    const cacheFolder = newFolder();
    const both = await Promise.all([0, 1].map(() => prepareData(options, { cacheFolder, threads: 1 })));
    expect(contentOf(both[0]!)).toEqual(contentOf(both[1]!));
    expect(readdirSync(cacheFolder).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  function filesOf(folder: string): Record<string, string> {
    return Object.fromEntries(
      readdirSync(folder).map((name) => [name, sha256(readFileSync(join(folder, name)))]),
    );
  }
});

describe('bad input', () => {
  const cacheFolder = newFolder();

  test.each<[Partial<DataOptions>, string]>([
    [
      { folder: undefined },
      'data.corpora: expected a corpus or data.folder, got none; name one, for example sotu',
    ],
    [
      { corpora: ['sotu', 'sotu'] },
      'data.corpora: expected different names, got "sotu"; name each corpus once',
    ],
    [
      { heldOutFraction: 5 },
      'data.heldOutFraction: expected a number in [0, 1), got 5; write 0.05 for 5 percent',
    ],
  ])('%j is an error before any text is read', async (change, message) => {
    await expect(prepareData({ ...options, ...change }, { cacheFolder })).rejects.toThrow(message);
  });

  test('a single document cannot be split, and the error says what to do', async () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'only.txt'), 'one document');
    await expect(prepareData({ ...options, folder }, { cacheFolder })).rejects.toThrow(
      new DataError(
        'data: expected at least two different documents, one to hold out, got 1; split the text into several files, or set data.heldOutFraction to 0',
      ),
    );
  });

  test('a cache folder that is a file is an error before the work, and leaves the file alone', async () => {
    const file = join(newFolder(), 'taken');
    writeFileSync(file, 'mine');
    await expect(prepareData(options, { cacheFolder: file })).rejects.toThrow(
      new DataError(
        `${file}: expected a writable file, got "ENOTDIR"; a part of this path is a file; choose another folder (--cache or ELECTRA_LAB_CACHE)`,
      ),
    );
    expect(readFileSync(file, 'utf8')).toBe('mine');
    expect(statSync(file).isFile() && existsSync(file)).toBe(true);
  });

  test('a text with too little to fill the vocabulary is used, with a notice', async () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'a.txt'), 'a rose is a rose');
    writeFileSync(join(folder, 'b.txt'), 'a rose is a rose is a rose');
    const messages: string[] = [];
    const { vocabulary } = await prepareData(
      { ...options, folder },
      { cacheFolder, onProgress: (message) => messages.push(message) },
    );
    expect(vocabulary.size).toBeLessThan(1000);
    expect(messages).toContain(`the text gave only ${vocabulary.size} of 1000 vocabulary entries`);
  });
});
