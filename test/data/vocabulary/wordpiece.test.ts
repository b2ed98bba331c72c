import { join } from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import { describe, expect, test } from 'vitest';
import { Vocabulary } from '../../../src/data/vocabulary/vocabulary.ts';
import { countWordsForVocabulary, WordPieceTokenizer } from '../../../src/data/vocabulary/wordpiece.ts';

const vocabulary = Vocabulary.load(join(import.meta.dirname, '../../fixtures/data/vocab.txt'));
const uncased = new WordPieceTokenizer(vocabulary, { lowercase: true });

/** Worked out by hand from google-research/electra model/tokenization.py. */
const fixtures: [what: string, text: string, tokens: string[]][] = [
  ['takes the longest piece first', 'unaffable', ['un', '##aff', '##able']],
  ['takes a whole word before its pieces', 'aff', ['aff']],
  ['lowers case', 'THE Un', ['the', 'un']],
  ['strips a composed accent', 'Caf\u00e9s', ['cafe', '##s']],
  ['strips a combining accent', 'nai\u0308ve', ['naive']],
  ['strips the dot that lowering İ leaves', '\u0130stanbul', ['istanbul']],
  ['splits off ASCII punctuation', "the,x'x!", ['the', ',', 'x', "'", 'x', '!']],
  ['splits off Unicode punctuation', 'the\u201d', ['the', '\u201d']],
  ['splits between ideographs', 'the中文x', ['the', '中', '文', 'x']],
  ['splits around ideographs beyond U+FFFF', 'x\u{20000}the', ['x', '[UNK]', 'the']],
  ['gives one [UNK] for a word with an unknown piece', 'theq the', ['[UNK]', 'the']],
  ['treats the name of a special token as text', '[MASK]', ['[', 'mask', ']']],
  ['drops control and format characters', 't\u0000h\u200de\u00ad\u000b un\ufffd', ['the', 'un']],
  ['drops unassigned characters', 'th\u0378e', ['the']],
  [
    'splits at every white space of Unicode',
    'the\u00a0un\u3000x\u2028x\tx\r\nx',
    ['the', 'un', 'x', 'x', 'x', 'x'],
  ],
  ['finds no word in the names that every object has', 'constructor toString', ['[UNK]', '[UNK]']],
  ['keeps digits as they are', '2', ['2']],
  ['gives nothing for nothing', ' \n ', []],
];

describe('the uncased tokenizer', () => {
  test.each(fixtures)('%s', (_, text, tokens) => {
    expect(uncased.encode(text).map((id) => vocabulary.tokenOf(id))).toEqual(tokens);
  });

  test('gives the ids of the vocabulary’s lines', () => {
    // Lines counted from 0: un 5, ##aff 6, ##able 7, the comma 11, [UNK] 3.
    expect(uncased.encode('unaffable, zebra')).toEqual([5, 6, 7, 11, 3]);
  });

  test('looks up words of 200 characters and no longer ones', () => {
    expect(uncased.encode(`x${'y'.repeat(199)}`)).toEqual([15, ...Array(199).fill(16)]);
    expect(uncased.encode(`x${'y'.repeat(200)}`)).toEqual([vocabulary.unknownId]);
  });

  test('joins pieces again and leaves out tokens that stand for no text', () => {
    const { clsId, sepId, padId } = vocabulary;
    expect(uncased.decode([clsId, 5, 6, 7, 11, 2, sepId, padId])).toBe('unaffable , the');
  });

  test('returns what it decoded when it encodes that again', () => {
    const ids = uncased.encode('The unaffable cafés, naïve!');
    expect(uncased.encode(uncased.decode(ids))).toEqual(ids);
  });
});

test('a cased tokenizer keeps case and accents', () => {
  const cased = new WordPieceTokenizer(vocabulary, { lowercase: false });
  expect(cased.encode('the The café')).toEqual([2, vocabulary.unknownId, vocabulary.unknownId]);
});

test('encoding piece by piece equals @huggingface/tokenizers on the whole text', () => {
  const model = {
    type: 'WordPiece',
    vocab: Object.fromEntries(vocabulary.tokens.map((token, id) => [token, id])),
    unk_token: '[UNK]',
    continuing_subword_prefix: '##',
    max_input_chars_per_word: 200,
  };
  const normalizer = {
    type: 'BertNormalizer',
    clean_text: true,
    handle_chinese_chars: true,
    strip_accents: null,
    lowercase: true,
  };
  const rest = { version: '1.0', added_tokens: [], post_processor: null, decoder: null };
  const whole = new Tokenizer(
    { ...rest, normalizer, pre_tokenizer: { type: 'BertPreTokenizer' }, model },
    {},
  );
  const shared = fixtures.filter(([, text]) => !/[\u{20000}\u0378]/u.test(text));
  const text = shared.map(([, part]) => part).join(' ');
  expect(uncased.encode(text)).toEqual(whole.encode(text, { add_special_tokens: false }).ids);
});

test('words for training are counted as the tokenizer sees them', () => {
  const pieces: [string, number][] = [
    ["Café's", 1],
    ['café', 1],
    ['CAFE', 1],
    ['中文', 1],
  ];
  const counts = countWordsForVocabulary(pieces, { lowercase: true });
  expect(Object.fromEntries(counts)).toEqual({ cafe: 3, "'": 1, s: 1, 中: 1, 文: 1 });
});
