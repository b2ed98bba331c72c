import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/base/random.ts';
import type { Examples } from '../../src/data/preparation/examples.ts';
import { createBigramSampler } from '../../src/evaluation/bigram-corruption.ts';
import { examplesInMemory, tokenIdsOf } from '../helpers/examples.ts';
import { tinyVocabulary } from '../helpers/tiny-model.ts';
import { toyData } from '../helpers/toy-data.ts';

const [pad, cls, sep] = [0, 2, 3];
const examples = (rows: number[][]) =>
  examplesInMemory(
    rows.map((row) => ({ ids: Int32Array.from(row), secondSegmentStart: row.length })),
    rows[0]!.length,
  );

/** Successors of each of some tokens, from one stream. */
function successorsOf(train: Examples, previous: readonly number[], random: RandomStream): Int32Array {
  const sampler = createBigramSampler(train, tinyVocabulary);
  return sampler.tokensOf(previous.map((id) => sampler.draw(id, random)));
}

function draw(rows: number[][], previous: number, count = 3000): Map<number, number> {
  const random = new RandomStream('bigrams', previous);
  const counts = new Map<number, number>();
  for (const id of successorsOf(examples(rows), Array(count).fill(previous), random)) {
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return counts;
}

describe('a bigram sampler', () => {
  it('draws each successor as often as it followed', () => {
    // 10 is followed by 11 three times and by 12 once.
    const counts = draw([[cls, 10, 11, 10, 11, 10, 12, 10, 11, sep]], 10);
    expect([...counts.keys()].sort()).toEqual([11, 12]);
    expect(Math.abs(counts.get(11)! / 3000 - 3 / 4)).toBeLessThan(
      (5 * Math.sqrt((3 / 4) * (1 / 4))) / Math.sqrt(3000),
    );
  });

  it('draws any word of the text after one that was never met, or that only ends examples', () => {
    const rows = [
      [cls, 10, 11, sep],
      [cls, 12, 11, sep],
    ];
    for (const previous of [30, 11]) {
      expect([...draw(rows, previous).keys()].sort()).toEqual([10, 11, 12]);
    }
  });

  it('never looks past the end of an example', () => {
    const rows = [
      [cls, 10, sep, pad],
      [cls, 20, sep, 21],
    ];
    expect([...draw(rows, sep).keys()]).toEqual([21]);
  });

  it('never draws a special token, which any reader would spot', () => {
    const previous = Array.from({ length: 50 * tinyVocabulary.size }, (_, i) => i % tinyVocabulary.size);
    const drawn = successorsOf(toyData().train, previous, new RandomStream('specials'));
    expect([...drawn].filter((id) => tinyVocabulary.isSpecial(id))).toEqual([]);
  });

  it('finds the successor of each rank, in the order of the text, whatever the order of the draws', () => {
    const { train } = toyData();
    const [L, ids] = [train.sequenceLength, tokenIdsOf(train)];
    const isText = (at: number) => at % L > 0 && !tinyVocabulary.isSpecial(ids[at]!);
    const followers = (previous: number) =>
      [...ids.keys()].filter((at) => isText(at) && ids[at - 1] === previous).map((at) => ids[at]!);
    const draws = [7, 20, 8].flatMap((previous) =>
      followers(previous).map((id, rank) => ({ previous, rank, id })),
    );
    const shuffled = new RandomStream('ranks').shuffle([...draws, ...draws.slice(0, 5)]);
    expect(draws.length).toBeGreaterThan(10);
    const sampler = createBigramSampler(train, tinyVocabulary);
    expect([...sampler.tokensOf(shuffled)]).toEqual(shuffled.map(({ id }) => id));
  });

  it('gives the same draws for the same stream', () => {
    const previous = Array.from({ length: 20 }, (_, i) => 5 + i);
    const drawn = () => successorsOf(toyData().train, previous, new RandomStream('again'));
    expect(drawn()).toEqual(drawn());
  });
});
