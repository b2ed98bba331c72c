/** Packed examples in memory, and all rows of any at once: for tests, whose texts are small. */
import type { Examples } from '../../src/data/preparation/examples.ts';
import type { Example } from '../../src/data/preparation/packing.ts';

/** @param padId what a row is filled up with */
export function examplesInMemory(packed: Iterable<Example>, sequenceLength: number, padId = 0): Examples {
  const all = [...packed];
  const rows = new Int32Array(all.length * sequenceLength).fill(padId);
  for (const [row, { ids }] of all.entries()) rows.set(ids, row * sequenceLength);
  return {
    ...{ count: all.length, sequenceLength },
    lengths: Int32Array.from(all, ({ ids }) => ids.length),
    secondSegmentStarts: Int32Array.from(all, ({ secondSegmentStart }) => secondSegmentStart),
    read: (first, target) =>
      target.set(rows.subarray(first * sequenceLength, first * sequenceLength + target.length)),
  };
}

/** [count · L] */
export function tokenIdsOf(examples: Examples): Int32Array {
  const ids = new Int32Array(examples.count * examples.sequenceLength);
  examples.read(0, ids);
  return ids;
}
