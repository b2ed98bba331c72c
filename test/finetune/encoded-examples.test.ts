import { describe, expect, it } from 'vitest';
import { Vocabulary } from '../../src/data/vocabulary.ts';
import { WordPieceTokenizer } from '../../src/data/wordpiece.ts';
import { encodeExamples, lengthOf } from '../../src/finetune/encoded-examples.ts';

const vocabulary = new Vocabulary(['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'a', 'b', 'c', 'd', 'e']);
const tokenizer = new WordPieceTokenizer(vocabulary, { lowercase: true });
const [cls, sep, a, b, c, d, e] = [2, 3, 5, 6, 7, 8, 9];

describe('encoded examples', () => {
  it('stand one after another, with the length of the first segment', () => {
    const examples = [
      { first: 'a b', label: 1 },
      { first: 'c', second: 'd e', label: 0 },
    ];
    const encoded = encodeExamples(examples, tokenizer, 128);
    expect(encoded.count).toBe(2);
    expect([...encoded.tokenIds]).toEqual([cls, a, b, sep, cls, c, sep, d, e, sep]);
    expect([...encoded.starts]).toEqual([0, 4, 10]);
    expect([...encoded.firstLengths]).toEqual([4, 3]);
    expect([lengthOf(encoded, 0), lengthOf(encoded, 1)]).toEqual([4, 6]);
    expect([...encoded.labels]).toEqual([1, 0]);
  });

  it('lose the end of a text that is too long', () => {
    const { tokenIds } = encodeExamples([{ first: 'a b c d e', label: 0 }], tokenizer, 5);
    expect([...tokenIds]).toEqual([cls, a, b, c, sep]);
  });

  it('lose the end of the longer text of a pair, of the second where they are equal', () => {
    // Room for 4: (4, 3) → (3, 3) → the second gives way → (3, 2) → (2, 2).
    const { tokenIds, firstLengths } = encodeExamples(
      [{ first: 'a b c d', second: 'e d c', label: 0 }],
      tokenizer,
      7,
    );
    expect([...tokenIds]).toEqual([cls, a, b, sep, e, d, sep]);
    expect([...firstLengths]).toEqual([4]);
  });

  it('of empty texts are special tokens only', () => {
    const { tokenIds } = encodeExamples([{ first: '', second: '', label: 0 }], tokenizer, 7);
    expect([...tokenIds]).toEqual([cls, sep, sep]);
  });

  it('keep the start of a second text when only the first is long', () => {
    const { tokenIds } = encodeExamples([{ first: 'a b c d e', second: 'b', label: 0 }], tokenizer, 6);
    expect([...tokenIds]).toEqual([cls, a, b, sep, b, sep]);
  });
});
