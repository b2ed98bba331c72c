import { describe, expect, test } from 'vitest';
import { chooseHeldOut } from '../../../src/data/preparation/held-out.ts';
import { type Digest, digestOf } from '../../../src/data/preparation/thread-jobs.ts';

/** A document of so many words, unlike any other. */
const documentOf = (words: number, text: string, name = text): Digest =>
  digestOf({ name, paragraphs: [`${text} `.repeat(words).trim()] });

function heldOutWords(lengths: number[], fraction: number): number {
  const chosen = chooseHeldOut(
    lengths.map((length, i) => documentOf(length, `d${i}`)),
    fraction,
  );
  return lengths.reduce((sum, length, i) => sum + (chosen[i] ? length : 0), 0);
}

describe('held-out documents', () => {
  test('fill the fraction of words and never exceed it', () => {
    const lengths = Array.from({ length: 100 }, (_, i) => 50 + i);
    const total = lengths.reduce((a, b) => a + b, 0);
    const words = heldOutWords(lengths, 0.1);
    expect(words).toBeLessThanOrEqual(0.1 * total);
    expect(words).toBeGreaterThan(0.1 * total - 50);
  });

  test('are the short ones where long ones would take too much', () => {
    // A tenth of 1000 + 900 + 60 + 40 = 2000 is 200: only 60 and 40 fit.
    expect(heldOutWords([1000, 900, 60, 40], 0.1)).toBe(60 + 40);
  });

  test('are the shortest alone where none fits', () => {
    expect(heldOutWords([1000, 900, 800], 0.05)).toBe(800);
  });

  test('do not depend on names or order', () => {
    const documents = Array.from({ length: 20 }, (_, i) => documentOf(10, `d${i}`));
    const forth = chooseHeldOut(documents, 0.3);
    const renamed = Array.from({ length: 20 }, (_, i) => documentOf(10, `d${i}`, `other ${i}`)).reverse();
    expect(chooseHeldOut(renamed, 0.3).reverse()).toEqual(forth);
  });

  test('keep equal texts on one side', () => {
    const documents = Array.from({ length: 40 }, (_, i) => documentOf(10, `d${i % 20}`));
    const chosen = chooseHeldOut(documents, 0.3);
    expect(chosen.slice(0, 20)).toEqual(chosen.slice(20));
    expect(chosen).toContain(true);
  });

  test('leave something to train on', () => {
    expect(chooseHeldOut([documentOf(10, 'a'), documentOf(10, 'b')], 0.99)).toContain(false);
    expect(chooseHeldOut([documentOf(10, 'a')], 0.5)).toEqual([false]);
  });

  test('are none at fraction 0', () => {
    expect(heldOutWords([10, 20, 30], 0)).toBe(0);
  });
});
