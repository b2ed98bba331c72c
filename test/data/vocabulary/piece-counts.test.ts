import { describe, expect, test } from 'vitest';
import { PieceCounts } from '../../../src/data/vocabulary/piece-counts.ts';

function counted(text: string) {
  const counts = new PieceCounts();
  counts.addText(text);
  return counts.counted();
}

describe('counts of pieces', () => {
  test('add up to those of the whole text, however it was cut', () => {
    const whole = new PieceCounts();
    whole.addText('a rose is a rose is a rose');
    const parts = new PieceCounts();
    for (const text of ['a rose is', 'a rose', 'is a rose']) parts.add(counted(text));
    expect([...parts]).toEqual([...whole]);
    expect([...whole]).toEqual([
      ['a', 3],
      ['rose', 3],
      ['is', 2],
    ]);
  });

  test('keep all pieces up to the limit', () => {
    const counts = new PieceCounts(3);
    counts.add(counted('a b c'));
    expect([...counts].map(([piece]) => piece)).toEqual(['a', 'b', 'c']);
  });

  test('drop those seen once beyond it, then those seen twice, until half are left', () => {
    const counts = new PieceCounts(4);
    counts.add(counted('a a a b b c c d e'));
    // Five are more than four; without those seen once there are three, more than half of four; so b and c go too.
    expect([...counts]).toEqual([['a', 3]]);
    counts.add(counted('d a'));
    expect([...counts]).toEqual([
      ['a', 4],
      ['d', 1],
    ]);
  });
});
