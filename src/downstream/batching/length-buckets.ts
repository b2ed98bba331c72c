/**
 * Batches of sequences of about one length, so that short ones do not pay for the longest.
 *
 * Lengths are rounded up to a few buckets, because every shape of a batch is a program of its own.
 */
import type { RandomStream } from '../../base/random.ts';
import { type EncodedExamples, lengthOf } from './encoded-examples.ts';

/** Rows that are computed together, padded to one length. */
export interface Batch {
  /** At most the batch size. */
  rows: number[];
  /** L, at least as long as every row. */
  length: number;
}

/** Batches that are sorted by length together: enough that lengths meet, few enough that the order stays random. */
const windowBatches = 32;

/**
 * The length to which a sequence is padded: two buckets an octave, 8, 12, 16, 24, 32, 48, …
 *
 * @param limit the longest length that the task or the model allows
 */
export function bucketLength(length: number, limit: number): number {
  let octave = 8;
  while (2 * octave <= length) octave *= 2;
  const bucket = length <= octave ? octave : length <= 1.5 * octave ? 1.5 * octave : 2 * octave;
  return Math.min(bucket, limit);
}

/**
 * One epoch: shuffled, cut into windows, sorted by bucket in each, cut into batches, and those shuffled. A pure
 * function of its arguments.
 *
 * @returns every row once
 */
export function shuffledBatches(
  examples: EncodedExamples,
  batchSize: number,
  limit: number,
  random: RandomStream,
): Batch[] {
  const order = random.split('rows').shuffle(rowsOf(examples));
  const batches: Batch[] = [];
  const window = windowBatches * batchSize;
  for (let start = 0; start < order.length; start += window) {
    batches.push(...sortedBatches(examples, order.slice(start, start + window), batchSize, limit));
  }
  return random.split('batches').shuffle(batches);
}

/** All rows, the short ones first: for evaluation, where order means nothing. */
export function batchesByLength(examples: EncodedExamples, batchSize: number, limit: number): Batch[] {
  return sortedBatches(examples, rowsOf(examples), batchSize, limit);
}

/** Rows of one bucket stay in the order they came in. */
function sortedBatches(examples: EncodedExamples, rows: number[], batchSize: number, limit: number): Batch[] {
  const bucketOf = (row: number) => bucketLength(lengthOf(examples, row), limit);
  const sorted = rows.toSorted((a, b) => bucketOf(a) - bucketOf(b));
  return Array.from({ length: Math.ceil(sorted.length / batchSize) }, (_, i) => {
    const batch = sorted.slice(i * batchSize, (i + 1) * batchSize);
    return { rows: batch, length: bucketOf(batch.at(-1)!) };
  });
}

function rowsOf({ count }: EncodedExamples): number[] {
  return Array.from({ length: count }, (_, row) => row);
}
