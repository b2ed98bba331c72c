import { describe, expect, test } from 'vitest';
import { packageFolder } from '../../../src/data/corpora/corpus.ts';
import {
  parseSynset,
  readSynsets,
  splitGloss,
  supersenses,
  wordnetPackage,
} from '../../../src/data/corpora/wordnet-files.ts';

describe('WordNet', () => {
  test('reads a line by its format: file 29 is verb.body, 02 words, the gloss behind the bar', () => {
    const line =
      '00004032 29 v 02 sigh 0 breathe_out 4 001 @ 00001740 v 0000 01 + 02 00 | heave a sigh; breathe; "She sighed sadly"  ';
    expect(parseSynset(line, 'data.verb:40')).toEqual({
      id: 'v00004032',
      supersense: supersenses.indexOf('verb.body'),
      words: ['sigh', 'breathe out'],
      hypernyms: ['v00001740'],
      definition: 'heave a sigh; breathe',
      examples: ['She sighed sadly'],
    });
  });

  test('counts words in hexadecimal and drops markers of position', () => {
    const words = Array.from({ length: 16 }, (_, i) => `w${i}(ip) 0`).join(' ');
    expect(parseSynset(`00000001 00 s 10 ${words} 000 | many`, '').words).toHaveLength(0x10);
    expect(parseSynset(`00000001 00 s 10 ${words} 000 | many`, '').words[0]).toBe('w0');
  });

  test('finds what stands above: kinds and classes, not antonyms or parts', () => {
    const line =
      '00000002 15 n 01 Oslo 0 004 @i 00000005 n 0000 #p 00000006 n 0000 ! 00000007 n 0101 @ 00000008 n 0000 | a city';
    expect(parseSynset(line, '').hypernyms).toEqual(['n00000005', 'n00000008']);
    expect(parseSynset('00000001 00 a 01 big 0 000 | large', '').hypernyms).toEqual([]);
  });

  test.each([
    ['in the manner of "so what"', 'in the manner of "so what"', []],
    ['a: b; "c"; "d" - E', 'a: b', ['c', 'd']],
    ['"only an example"', '', ['only an example']],
  ])('splits the gloss %j', (gloss, definition, examples) => {
    expect(splitGloss(gloss)).toEqual({ definition, examples });
  });

  test('names file and line of what is no synset', () => {
    expect(() => parseSynset('00001740 99 n x', 'data.noun:30')).toThrow(
      'data.noun:30: expected a WordNet synset, got "00001740 99 n x"',
    );
  });

  test('has its 117,791 synsets, in 45 supersenses', () => {
    const synsets = [...readSynsets(packageFolder(wordnetPackage))];
    // data.noun + data.verb + data.adj + data.adv
    expect(synsets.length).toBe(82_192 + 13_789 + 18_185 + 3_625);
    expect(new Set(synsets.map(({ id }) => id)).size).toBe(synsets.length);
    expect(new Set(synsets.map(({ supersense }) => supersense)).size).toBe(45);
    const ids = new Set(synsets.map(({ id }) => id));
    expect(synsets.flatMap(({ hypernyms }) => hypernyms).filter((id) => !ids.has(id))).toEqual([]);
    // 89,172 pointers to a kind and 8,589 to the class of an instance.
    expect(synsets.reduce((sum, { hypernyms }) => sum + hypernyms.length, 0)).toBe(89_172 + 8_589);
    expect(synsets.find(({ words }) => words[0] === 'dog')?.supersense).toBe(
      supersenses.indexOf('noun.animal'),
    );
  });
});
