import { describe, expect, it } from 'vitest';
import { specialTokens, Vocabulary } from '../../src/data/vocabulary/vocabulary.ts';
import { heldOutSentences } from '../../src/evaluation/held-out-sentences.ts';
import { examplesInMemory } from '../helpers/examples.ts';
import { toyData } from '../helpers/toy-data.ts';

const vocabulary = new Vocabulary([...specialTokens, '.', ...Array.from({ length: 30 }, (_, i) => `w${i}`)]);
const stop = vocabulary.idOf('.')!;
const { clsId, sepId, unknownId } = vocabulary;
const words = (count: number, first = 0) => Array.from({ length: count }, (_, i) => stop + 1 + first + i);

function heldOutOf(...texts: number[][]) {
  const packed = texts.map((text) => {
    const ids = Int32Array.of(clsId, ...text, sepId);
    return { ids, secondSegmentStart: ids.length };
  });
  return { heldOut: examplesInMemory(packed, 40), vocabulary };
}

describe('the sentences that every arm reads', () => {
  it('are whole: from behind one full stop to the next', () => {
    const [sentence] = heldOutSentences(heldOutOf([...words(3), stop, ...words(9, 5), stop, ...words(4)]), 4);
    expect([...sentence!.tokenIds]).toEqual([clsId, ...words(9, 5), stop, sepId]);
  });

  it('have neither unknown words, nor few, nor many', () => {
    const unknown = [stop, ...words(5), unknownId, ...words(5, 5), stop];
    const short = [stop, ...words(6), stop];
    const long = [stop, ...words(25), stop];
    expect(heldOutSentences(heldOutOf(unknown, short, long), 4)).toEqual([]);
  });

  it('have ⌈0.15 · 12⌉ = 2 masked places of twelve tokens, the same each time, and come from different examples', () => {
    const texts = [0, 5, 10].map((first) => [stop, ...words(9, first), stop]);
    const sentences = heldOutSentences(heldOutOf(...texts), 2);
    expect(sentences.map(({ positions }) => positions.length)).toEqual([2, 2]);
    expect(heldOutSentences(heldOutOf(...texts), 2)).toEqual(sentences);
    const firsts = heldOutSentences(heldOutOf(...texts), 4).map(({ tokenIds }) => tokenIds[1]);
    expect(new Set(firsts).size).toBe(3);
  });

  it('begin where examples do in a text without full stops', () => {
    for (const { tokenIds } of heldOutSentences(toyData(), 3)) {
      expect(tokenIds.length).toBeGreaterThanOrEqual(10);
      expect([...tokenIds.subarray(1, -1)]).not.toContain(sepId);
    }
  });
});
