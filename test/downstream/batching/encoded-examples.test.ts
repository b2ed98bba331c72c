import { describe, expect, it } from 'vitest';
import { Vocabulary } from '../../../src/data/vocabulary/vocabulary.ts';
import { WordPieceTokenizer } from '../../../src/data/vocabulary/wordpiece.ts';
import { encodeExamples, lengthOf } from '../../../src/downstream/batching/encoded-examples.ts';

const vocabulary = new Vocabulary(['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'a', 'b', 'c', 'd', 'e']);
const tokenizer = new WordPieceTokenizer(vocabulary, { lowercase: true });
const [cls, sep, a, b, c, d, e] = [2, 3, 5, 6, 7, 8, 9];
/** With a piece that goes on within a word. */
const spelling = new WordPieceTokenizer(new Vocabulary([...vocabulary.tokens, '##c']), { lowercase: true });
const tailC = 10;

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

  it('know where the word in question stands', () => {
    const { tokenIds, words } = encodeExamples([{ first: 'a bc d', word: [2, 4], label: 0 }], spelling, 128);
    expect([...tokenIds]).toEqual([cls, a, b, tailC, d, sep]);
    expect([[...words!.starts], [...words!.ends]]).toEqual([[2], [2 + 2]]);
  });

  it('lose both ends around a word in question, and never the word', () => {
    const place = (word: readonly [number, number]) => {
      const encoded = encodeExamples([{ first: 'a b c d e', word, label: 0 }], tokenizer, 5);
      return [[...encoded.tokenIds], encoded.words!.starts[0]];
    };
    // Room for three tokens.
    expect(place([4, 5])).toEqual([[cls, b, c, d, sep], 2]);
    expect(place([0, 1])).toEqual([[cls, a, b, c, sep], 1]);
    expect(place([8, 9])).toEqual([[cls, c, d, e, sep], 3]);
  });

  it('have the tokens of the whole text, whatever its case, accents and punctuation', () => {
    const first = '"A, (É)BC-d!" e';
    const whole = encodeExamples([{ first, label: 0 }], spelling, 128);
    const word = [first.indexOf('BC'), first.indexOf('BC') + 2] as const;
    expect(encodeExamples([{ first, word, label: 0 }], spelling, 128).tokenIds).toEqual(whole.tokenIds);
  });

  it('ask about a word in all of them or in none', () => {
    const examples = [
      { first: 'a', word: [0, 1] as const, label: 0 },
      { first: 'b', label: 0 },
    ];
    expect(() => encodeExamples(examples, tokenizer, 8)).toThrow(
      'a word in question in all of them, or in none',
    );
  });
});
