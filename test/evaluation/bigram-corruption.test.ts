import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/base/random.ts';
import type { Examples } from '../../src/data/packing.ts';
import { createBigramSampler } from '../../src/evaluation/bigram-corruption.ts';
import { tinyVocabulary } from '../helpers/tiny-model.ts';
import { toyData } from '../helpers/toy-data.ts';

const [pad, cls, sep] = [0, 2, 3];
const examples = (rows: number[][]): Examples => ({
  count: rows.length,
  sequenceLength: rows[0]!.length,
  tokenIds: Int32Array.from(rows.flat()),
  secondSegmentStarts: new Int32Array(rows.length),
  lengths: new Int32Array(rows.length),
});

function draw(rows: number[][], previous: number, count = 3000): Map<number, number> {
  const sampler = createBigramSampler(examples(rows), tinyVocabulary);
  const random = new RandomStream('bigrams', previous);
  const counts = new Map<number, number>();
  for (let i = 0; i < count; i++) {
    const id = sampler.sample(previous, random);
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
    const { train } = toyData();
    const sampler = createBigramSampler(train, tinyVocabulary);
    const random = new RandomStream('specials');
    for (let previous = 0; previous < tinyVocabulary.size; previous++) {
      for (let i = 0; i < 50; i++) {
        const id = sampler.sample(previous, random);
        if (tinyVocabulary.isSpecial(id)) expect.fail(`${previous} was followed by ${id}`);
      }
    }
  });

  it('gives the same draws for the same stream', () => {
    const { train } = toyData();
    const drawn = () => {
      const random = new RandomStream('again');
      const sampler = createBigramSampler(train, tinyVocabulary);
      return Array.from({ length: 20 }, (_, i) => sampler.sample(5 + i, random));
    };
    expect(drawn()).toEqual(drawn());
  });
});
