import { describe, expect, it } from 'vitest';
import { scoreByFrequencies } from '../../../src/downstream/pairs/frequency-models.ts';
import { examplesInMemory } from '../../helpers/examples.ts';

const [clsId, sepId] = [2, 3];
const vocabulary = { size: 8, isSpecial: (id: number) => id < 5 };
/** Text: 5 6 5 6, and apart from it 6 7. */
const train = examplesInMemory(
  [
    { ids: [clsId, 5, 6, 5, 6, sepId], secondSegmentStart: 6 },
    { ids: [clsId, 6, 7, sepId], secondSegmentStart: 4 },
  ] as never,
  8,
);
const sentence = (...words: number[]) => Int32Array.from([clsId, ...words, sepId]);
const total = 6;
/** Counts + 1 over the tokens of the text and the vocabulary. */
const [p5, p6, p7] = [2, 3, 1].map((count) => (count + 1) / (total + 8)) as [number, number, number];

describe('models of frequencies', () => {
  it('add the logarithms of unigrams, of text alone', () => {
    const { unigram } = scoreByFrequencies([sentence(5, 6), sentence(7)], train, vocabulary);
    expect(unigram[0]).toBeCloseTo(Math.log(p5) + Math.log(p6), 12);
    expect(unigram[1]).toBeCloseTo(Math.log(p7), 12);
  });

  it('mix what followed a token with 100 tokens of unigrams, never across [SEP]', () => {
    const { bigram } = scoreByFrequencies([sentence(5, 6, 7), sentence(7, 6)], train, vocabulary);
    // 5 was followed twice, by 6; 6 twice, by 5 and by 7; 7 by [SEP] alone.
    const after5 = (2 + 100 * p6) / (2 + 100);
    const after6 = (1 + 100 * p7) / (2 + 100);
    expect(bigram[0]).toBeCloseTo(Math.log(p5) + Math.log(after5) + Math.log(after6), 12);
    expect(bigram[1]).toBeCloseTo(Math.log(p7) + Math.log(p6), 12);
  });

  it('tie to the last bit on the same words in another order', () => {
    const { unigram } = scoreByFrequencies([sentence(5, 6, 7, 6), sentence(6, 7, 6, 5)], train, vocabulary);
    expect(unigram[0]).toBe(unigram[1]);
  });
});
