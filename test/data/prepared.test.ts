import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { DataError } from '../../src/base/errors.ts';
import { corpusNamed } from '../../src/data/corpora.ts';
import { type DataOptions, type PreparedData, prepareData } from '../../src/data/prepared.ts';
import { Vocabulary } from '../../src/data/vocabulary.ts';

const scratch = mkdtempSync(join(tmpdir(), 'prepared-'));
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

const cacheIn = (folder: string): string => join(folder, readdirSync(folder)[0]!);
const withoutTokenizer = ({ tokenizer, ...rest }: PreparedData) => rest;
/** Text of a side, special tokens and borders between examples gone. */
const wordsOf = ({ tokenizer, train, heldOut }: PreparedData, side: 'train' | 'heldOut') =>
  tokenizer.decode((side === 'train' ? train : heldOut).tokenIds);

describe('prepared data', () => {
  const cacheFolder = newFolder();
  let prepared: PreparedData;
  beforeAll(() => {
    prepared = prepareData(options, { cacheFolder });
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
    expect(textTokens(prepared.train.tokenIds)).toBe(prepared.trainTokenCount);
    expect(textTokens(prepared.train.tokenIds) + textTokens(prepared.heldOut.tokenIds)).toBe(total);
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

  test('has a vocabulary that held-out text did not shape', () => {
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
    const alone = prepareData({ ...options, folder: other, heldOutFraction: 0 }, { cacheFolder });
    expect(alone.vocabulary.tokens).toEqual(prepared.vocabulary.tokens);
    expect(alone.train.tokenIds).toEqual(prepared.train.tokenIds);
  });

  test('is the same from the cache as from the text', () => {
    const messages: string[] = [];
    const again = prepareData(options, { cacheFolder, onProgress: (message) => messages.push(message) });
    expect(withoutTokenizer(again)).toEqual(withoutTokenizer(prepared));
    expect(messages.filter((message) => /training|encoding/.test(message))).toEqual([]);
  });

  test('shares one token cache between sequence lengths', () => {
    const folder = newFolder();
    const short = prepareData(options, { cacheFolder: folder });
    const long = prepareData({ ...options, sequenceLength: 64 }, { cacheFolder: folder });
    expect(readdirSync(folder)).toHaveLength(1);
    expect(long.trainTokenCount).toBe(short.trainTokenCount);
    expect(long.hash).not.toBe(short.hash);
  });

  test('has another hash when text, vocabulary, case or split differ', () => {
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
    const hashes = changes.map((change) => prepareData({ ...options, ...change }, { cacheFolder }).hash);
    expect(new Set(hashes).size).toBe(changes.length);
  });

  test('uses a vocabulary file as it stands', () => {
    const vocabularyFile = join(newFolder(), 'vocab.txt');
    prepared.vocabulary.save(vocabularyFile);
    const loaded = prepareData({ ...options, vocabularyFile }, { cacheFolder: newFolder() });
    expect(loaded.vocabulary.tokens).toEqual(Vocabulary.load(vocabularyFile).tokens);
    expect(loaded.train.tokenIds).toEqual(prepared.train.tokenIds);
    expect(() => prepareData({ ...options, vocabularyFile, vocabularySize: 5 }, { cacheFolder })).toThrow(
      `data.vocabularySize: expected 1000, the entries of ${vocabularyFile}, got 5; write 1000`,
    );
  });
});

describe('a damaged token cache', () => {
  const damages: [what: string, damage: (bytes: Buffer) => Buffer][] = [
    ['cut short', (bytes) => bytes.subarray(0, bytes.length - 1000)],
    ['emptied', () => Buffer.alloc(0)],
    ['with one bit flipped in the tokens', (bytes) => flip(bytes, bytes.length - 5)],
    ['with one bit flipped in the vocabulary', (bytes) => flip(bytes, 100)],
    ['with one bit flipped in the checksum', (bytes) => flip(bytes, 3)],
  ];

  test.each(damages)('(%s) is noticed and built again', (_, damage) => {
    const cacheFolder = newFolder();
    const good = prepareData(options, { cacheFolder });
    const path = cacheIn(cacheFolder);
    const bytes = readFileSync(path);
    writeFileSync(path, damage(Buffer.from(bytes)));
    const messages: string[] = [];
    const mended = prepareData(options, { cacheFolder, onProgress: (message) => messages.push(message) });
    expect(messages).toContain(`${path}: the token cache is damaged; building it again`);
    expect(withoutTokenizer(mended)).toEqual(withoutTokenizer(good));
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });

  function flip(bytes: Buffer, at: number): Buffer {
    bytes[at]! ^= 1;
    return bytes;
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
  ])('%j is an error before any text is read', (change, message) => {
    expect(() => prepareData({ ...options, ...change }, { cacheFolder })).toThrow(message);
  });

  test('a single document cannot be split, and the error says what to do', () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'only.txt'), 'one document');
    expect(() => prepareData({ ...options, folder }, { cacheFolder })).toThrow(
      new DataError(
        'data: expected at least two different documents, one to hold out, got 1; split the text into several files, or set data.heldOutFraction to 0',
      ),
    );
  });

  test('a cache folder that is a file is an error before the work, and leaves the file alone', () => {
    const file = join(newFolder(), 'taken');
    writeFileSync(file, 'mine');
    expect(() => prepareData(options, { cacheFolder: file })).toThrow(
      new DataError(
        `${file}: expected a cache folder that can be written, got ENOTDIR; make it writable or choose another`,
      ),
    );
    expect(readFileSync(file, 'utf8')).toBe('mine');
    expect(statSync(file).isFile() && existsSync(file)).toBe(true);
  });

  test('a text with too little to fill the vocabulary is used, with a notice', () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'a.txt'), 'a rose is a rose');
    writeFileSync(join(folder, 'b.txt'), 'a rose is a rose is a rose');
    const messages: string[] = [];
    const { vocabulary } = prepareData(
      { ...options, folder },
      { cacheFolder, onProgress: (message) => messages.push(message) },
    );
    expect(vocabulary.size).toBeLessThan(1000);
    expect(messages).toContain(`the text gave ${vocabulary.size} vocabulary entries of 1000: it has no more`);
  });
});
