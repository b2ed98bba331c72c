import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DataError } from '../../../src/base/errors.ts';
import { Vocabulary } from '../../../src/data/vocabulary/vocabulary.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

const fixture = join(import.meta.dirname, '../../fixtures/data/vocab.txt');

function written(text: string): string {
  const path = join(temporaryFolder(), 'vocab.txt');
  writeFileSync(path, text);
  return path;
}

describe('a vocabulary', () => {
  test('finds the special tokens at whatever line they stand', () => {
    const { padId, unknownId, clsId, sepId, maskId } = Vocabulary.load(fixture);
    expect([padId, unknownId, clsId, sepId, maskId]).toEqual([0, 3, 4, 17, 18]);
  });

  test('gives ids and tokens that are each other’s inverse', () => {
    const vocabulary = Vocabulary.load(fixture);
    for (const [id, token] of vocabulary.tokens.entries()) expect(vocabulary.idOf(token)).toBe(id);
    expect(vocabulary.tokenOf(6)).toBe('##aff');
    expect(vocabulary.idOf('absent')).toBeUndefined();
  });

  test('saves the bytes that it loaded', () => {
    const path = written('');
    Vocabulary.load(fixture).save(path);
    expect(readFileSync(path)).toEqual(readFileSync(fixture));
  });

  test('reads Windows line ends and a last line without one', () => {
    const path = written('[PAD]\r\n[UNK]\r\n[CLS]\r\n[SEP]\r\n[MASK]\r\nthe');
    expect(Vocabulary.load(path).tokens).toEqual(['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'the']);
  });

  test.each([
    [
      '[PAD]\n[UNK]\n[CLS]\n[SEP]\nthe\n',
      ': expected the entry [MASK], got none; use a vocabulary made for BERT or ELECTRA',
    ],
    ['[PAD]\nthe\nof\nthe\n', ':4: expected a new token, got "the"; line 2 has it already'],
    ['[PAD]\n\nthe\n', ':2: expected a token, got ""; remove the empty line'],
  ])('names file and line of what is wrong with %j', (text, message) => {
    const path = written(text);
    expect(() => Vocabulary.load(path)).toThrow(new DataError(path + message));
  });

  test('says that its file is missing', () => {
    const message = 'no.txt: expected a vocabulary, one token a line, got ENOENT; check data.vocabularyFile';
    expect(() => Vocabulary.load('no.txt')).toThrow(new DataError(message));
  });
});
