import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/base/errors.ts';
import { RandomStream } from '../../src/base/random.ts';
import { maskedTextOf } from '../../src/evaluation/masked-texts.ts';
import { messageOf } from '../config/scratch.ts';
import { toyData } from '../helpers/toy-data.ts';

const { tokenizer, vocabulary } = toyData();
const textOf = (text: string, seed = 0) => maskedTextOf(text, tokenizer, 16, new RandomStream('masks', seed));
const fourteen = Array.from({ length: 14 }, (_, i) => `w${i}`).join(' ');

describe('the masked places of a text', () => {
  it('are those that it marks, also beside other signs', () => {
    const { tokenIds, positions } = textOf('w1 [MASK] w2 [MASK]');
    expect(positions).toEqual([2, 4]);
    const { clsId, sepId, maskId } = vocabulary;
    const [w1, w2] = ['w1', 'w2'].map((word) => vocabulary.idOf(word));
    expect([...tokenIds]).toEqual([clsId, w1, maskId, w2, maskId, sepId]);
  });

  it('are ⌈0.15 · 16⌉ = 3 of sixteen tokens without marks, never an end, and another choice with another seed', () => {
    const first = textOf(fourteen);
    expect(first.positions).toHaveLength(3);
    expect(first.positions.every((at) => at > 0 && at < 15)).toBe(true);
    expect(textOf(fourteen).positions).toEqual(first.positions);
    const others = [1, 2, 3].map((seed) => textOf(fourteen, seed).positions.join());
    expect(others.some((positions) => positions !== first.positions.join())).toBe(true);
  });

  it('need a word, and room for the whole text', () => {
    expect(messageOf(() => textOf(' '), ConfigError)).toBe('--text: expected a text with a word, got " "');
    expect(messageOf(() => textOf(`${fourteen} w1`), ConfigError)).toBe(
      "--text: expected at most 14 tokens, as the run's data.sequenceLength has, got 15; shorten the text",
    );
  });
});
