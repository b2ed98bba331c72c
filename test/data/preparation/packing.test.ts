import { describe, expect, test } from 'vitest';
import { RandomStream } from '../../../src/base/random.ts';
import type { Examples } from '../../../src/data/preparation/examples.ts';
import { packDocuments } from '../../../src/data/preparation/packing.ts';
import { examplesInMemory, tokenIdsOf } from '../../helpers/examples.ts';

const [padId, special] = [0, { clsId: 1, sepId: 2 }];

/** Documents of sentences; every token has a number of its own, from 100 on, in the order of the text. */
function numbered(sentenceLengths: number[][]): number[][][] {
  let next = 100;
  return sentenceLengths.map((document) => document.map((length) => Array.from({ length }, () => next++)));
}

function pack(documents: number[][][], length: number, ...seed: string[]): Examples {
  const sentences = documents.map((document) => document.map((ids) => Int32Array.from(ids)));
  const packed = packDocuments(sentences, length, special, new RandomStream('test', ...seed));
  return examplesInMemory(packed, length, padId);
}

function rowsOf(examples: Examples): number[][] {
  const { count, sequenceLength } = examples;
  const ids = tokenIdsOf(examples);
  return Array.from({ length: count }, (_, i) => [
    ...ids.subarray(i * sequenceLength, (i + 1) * sequenceLength),
  ]);
}

/** Many sentences of 1 to 40 tokens in documents of 1 to 30 sentences. */
function manyDocuments(): number[][][] {
  const random = new RandomStream('documents');
  const lengths = Array.from({ length: 400 }, () =>
    Array.from({ length: 1 + random.integer(30) }, () => 1 + random.integer(40)),
  );
  return numbered(lengths);
}

describe('packing', () => {
  test('writes a short document as one padded example', () => {
    const examples = pack(numbered([[3]]), 8);
    expect(rowsOf(examples)).toEqual([[1, 100, 101, 102, 2, 0, 0, 0]]);
    expect([...examples.lengths]).toEqual([5]);
    expect([...examples.secondSegmentStarts]).toEqual([5]);
  });

  test('begins the next example with what it trimmed', () => {
    // 10 tokens, 8 - 2 = 6 fit between [CLS] and [SEP]; 4 are left.
    const rows = rowsOf(pack(numbered([[10]]), 8));
    expect(rows[0]).toEqual([1, 100, 101, 102, 103, 104, 105, 2]);
    expect(rows[1]).toEqual([1, 106, 107, 108, 109, 2, 0, 0]);
  });

  test('loses no token and repeats none', () => {
    const documents = manyDocuments();
    const packed = rowsOf(pack(documents, 32))
      .flat()
      .filter((id) => id >= 100);
    expect(packed.sort((a, b) => a - b)).toEqual(documents.flat(2));
  });

  test('never puts two documents into one example', () => {
    const documents = manyDocuments();
    const documentOf = new Map(documents.flatMap((document, i) => document.flat().map((id) => [id, i])));
    for (const row of rowsOf(pack(documents, 32))) {
      const owners = new Set(row.filter((id) => id >= 100).map((id) => documentOf.get(id)));
      expect(owners.size).toBe(1);
    }
  });

  test('has [CLS] first, [SEP] after each segment and nowhere else, padding to the end', () => {
    const examples = pack(manyDocuments(), 32);
    for (const [i, row] of rowsOf(examples).entries()) {
      const length = examples.lengths[i]!;
      const second = examples.secondSegmentStarts[i]!;
      const separators = second === length ? [length - 1] : [second - 1, length - 1];
      expect(row[0]).toBe(special.clsId);
      expect(row.flatMap((id, at) => (id === special.sepId ? [at] : []))).toEqual(separators);
      expect(row.slice(length).every((id) => id === padId)).toBe(true);
      expect(row.slice(0, length).includes(padId)).toBe(false);
    }
  });

  test('makes one example in ten of one segment, where sentences are short', () => {
    const documents = numbered([Array(40_000).fill(4)]);
    const { count, lengths, secondSegmentStarts } = pack(documents, 64);
    const one = lengths.filter((length, i) => length === secondSegmentStarts[i]).length;
    // About 2700 examples: a standard deviation is √(0.1 · 0.9 / 2700) = 0.006. Targets below 5 + 4 add a little.
    expect(one / count).toBeGreaterThan(0.1 - 0.02);
    expect(one / count).toBeLessThan(0.1 + 0.03);
  });

  test('aims at half the length for the first segment, and overshoots every second time', () => {
    // Sentences of 10 at length 64: the target is ⌊61 / 2⌋ = 30. Two fit below it (20); the third would make 30.
    const documents = Array.from({ length: 4000 }, () => Array(7).fill(10) as number[]);
    const examples = pack(numbered(documents), 64);
    const firstLengths = rowsOf(examples).flatMap((_, i) => {
      const isFull = examples.lengths[i] === 64 && examples.secondSegmentStarts[i]! < 64;
      return isFull ? [examples.secondSegmentStarts[i]! - 2] : [];
    });
    const share = (length: number) =>
      firstLengths.filter((other) => other === length).length / firstLengths.length;
    expect(share(20)).toBeCloseTo(0.5, 1);
    expect(share(30)).toBeCloseTo(0.5, 1);
  });

  test('draws a shorter target for one example in twenty', () => {
    const { count, lengths } = pack(numbered([Array(40_000).fill(1)]), 64);
    // Sentences of one token: every full example has 63 or 64 positions; targets are uniform over 5 … 64.
    const short = lengths.filter((length) => length < 62).length / count;
    expect(short).toBeGreaterThan(0.03);
    expect(short).toBeLessThan(0.06);
  });

  test('is a pure function of its seed', () => {
    const documents = manyDocuments();
    const rowsFrom = (seed: string) => rowsOf(pack(documents, 32, seed));
    expect(rowsFrom('a')).toEqual(rowsFrom('a'));
    expect(rowsFrom('a')).not.toEqual(rowsFrom('b'));
  });

  test('takes a sentence of any length apart in time that grows with it', () => {
    // Were each rest copied, these 100,000 examples would copy 10⁵ · 10⁵ · 64 / 2 tokens: hours.
    const tokens = 100_000 * 62;
    const packed = packDocuments([[new Int32Array(tokens).fill(9)]], 64, special, new RandomStream('long'));
    let total = 0;
    for (const { ids } of packed) total += ids.length - 2; // its [CLS] and [SEP]
    expect(total).toBe(tokens);
  });

  test('refuses sequences that hold no two segments', () => {
    expect(() => pack([], 4)).toThrow(
      'data.sequenceLength: expected at least 5 positions, got 4; write a larger number',
    );
  });
});
