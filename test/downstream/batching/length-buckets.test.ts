import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../../src/base/random.ts';
import { type EncodedExamples, lengthOf } from '../../../src/downstream/batching/encoded-examples.ts';
import {
  batchesByLength,
  bucketLength,
  shuffledBatches,
} from '../../../src/downstream/batching/length-buckets.ts';

/** Sequences of given lengths. */
function sequences(lengths: readonly number[]): EncodedExamples {
  const starts = Int32Array.from([0, ...lengths]);
  for (let i = 1; i < starts.length; i++) starts[i]! += starts[i - 1]!;
  const count = lengths.length;
  const rest = { tokenIds: new Int32Array(starts.at(-1)!), labels: new Float64Array(count) };
  return { count, starts, firstLengths: Int32Array.from(lengths), ...rest };
}

const random = new RandomStream('lengths');
const many = sequences(Array.from({ length: 3000 }, () => 3 + random.integer(120)));
const epoch = (seed: number) => shuffledBatches(many, 32, 128, new RandomStream(seed));

describe('a bucket', () => {
  it('holds its sequence and is at most half as long again, but for the shortest', () => {
    expect([1, 8, 9, 12, 13, 16, 17, 24, 25, 33, 49, 65].map((n) => bucketLength(n, 512))).toEqual([
      ...[8, 8, 12, 12, 16, 16, 24, 24, 32, 48, 64, 96],
    ]);
    for (let n = 8; n <= 512; n++) {
      expect(bucketLength(n, 512)).toBeGreaterThanOrEqual(n);
      expect(bucketLength(n, 512)).toBeLessThan(1.5 * n);
    }
  });

  it('never is longer than the task or the model allows', () => {
    expect(bucketLength(100, 110)).toBe(110);
    expect(bucketLength(128, 128)).toBe(128);
  });
});

describe('an epoch of batches', () => {
  it('has every row once', () => {
    const rows = epoch(0).flatMap((batch) => batch.rows);
    expect(rows.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 3000 }, (_, i) => i));
  });

  it('has as many batches as the rows fill, all but one of them full', () => {
    const batches = epoch(0);
    expect(batches).toHaveLength(Math.ceil(3000 / 32));
    expect(batches.filter(({ rows }) => rows.length < 32).map(({ rows }) => rows.length)).toEqual([
      3000 % 32,
    ]);
  });

  it('pads each batch to the bucket of its longest row', () => {
    for (const { rows, length } of epoch(0)) {
      expect(length).toBe(bucketLength(Math.max(...rows.map((row) => lengthOf(many, row))), 128));
    }
  });

  it('pays for little more than its tokens, where one length for all pays for twice as many', () => {
    const paid = epoch(0).reduce((sum, { length }) => sum + 32 * length, 0);
    const tokens = many.tokenIds.length;
    expect(paid / tokens).toBeLessThan(1.3);
    expect((3000 * 128) / tokens).toBeGreaterThan(1.9);
  });

  it('is the same for the same seed, and in another order with other company for another', () => {
    expect(epoch(0)).toEqual(epoch(0));
    const companyOf = (seed: number) => epoch(seed).find(({ rows }) => rows.includes(7))!.rows;
    const shared = companyOf(0).filter((row) => companyOf(1).includes(row));
    expect(shared.length).toBeLessThan(16);
  });

  it('does not run from short to long', () => {
    const lengths = epoch(0).map(({ length }) => length);
    expect(lengths).not.toEqual(lengths.toSorted((a, b) => a - b));
  });
});

describe('batches for evaluation', () => {
  it('have every row once, the short ones first', () => {
    const batches = batchesByLength(sequences([20, 5, 9, 20, 6]), 2, 128);
    expect(batches).toEqual([
      { rows: [1, 4], length: 8 },
      { rows: [2, 0], length: 24 },
      { rows: [3], length: 24 },
    ]);
  });
});
