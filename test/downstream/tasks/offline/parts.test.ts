/** How the offline tasks make their examples, on examples small enough to work out. */
import { describe, expect, test } from 'vitest';
import { RandomStream } from '../../../../src/base/random.ts';
import type { Synset } from '../../../../src/data/corpora/wordnet-files.ts';
import { swapWords } from '../../../../src/downstream/tasks/offline/acceptability.ts';
import { inTwoParts } from '../../../../src/downstream/tasks/offline/definition-pair.ts';
import { passagesOf } from '../../../../src/downstream/tasks/offline/genre.ts';
import { matchedPairs } from '../../../../src/downstream/tasks/offline/matched-pairs.ts';
import { agreeing } from '../../../../src/downstream/tasks/offline/number-agreement.ts';
import { wuPalmer } from '../../../../src/downstream/tasks/offline/similarity.ts';
import {
  balanced,
  byTag,
  exampleOf,
  tagsThatBegin,
} from '../../../../src/downstream/tasks/offline/tagged-words.ts';
import { balancedPairs, showsWord } from '../../../../src/downstream/tasks/offline/word-in-context.ts';
import { placeOf } from '../../../../src/downstream/tasks/offline/word-supersense.ts';

describe('matched pairs', () => {
  const items = Array.from({ length: 40 }, (_, i) => i);
  const options = { groupOf: (i: number) => i % 3, count: 100, random: new RandomStream('pairs') };

  test('are half matches, and each item is once first and once second', () => {
    const pairs = matchedPairs(items, { ...options, fits: () => false });
    const matches = pairs.filter(({ isMatch }) => isMatch);
    expect(2 * matches.length).toBe(pairs.length);
    // Groups of 14, 13 and 13 give 7 + 6 + 6 matches, and mismatches enough.
    expect(matches.length).toBe(7 + 6 + 6);
    for (const { first, second, isMatch } of pairs) {
      expect(first === second).toBe(isMatch);
      expect(first % 3).toBe(second % 3);
    }
    for (const side of ['first', 'second'] as const) {
      expect(new Set(pairs.map((pair) => pair[side])).size).toBe(pairs.length);
    }
  });

  test('leave out a mismatch that would be a match after all', () => {
    expect(matchedPairs(items, { ...options, fits: () => true })).toEqual([]);
  });

  test('are as many as were asked for, at most', () => {
    expect(matchedPairs(items, { ...options, count: 11, fits: () => false })).toHaveLength(10);
  });
});

describe('a definition in two parts', () => {
  const synset = (definition: string) => ({ definition, supersense: 7 }) as Synset;
  test.each([
    ['full of sound; making much noise', ['full of sound', 'making much noise']],
    ['loud; full of sound; making much noise; noisy', ['full of sound', 'making much noise']],
    ['full of sound', undefined],
    ['full of sound; loud', undefined],
  ])('%j', (definition, parts) => {
    expect(inTwoParts(synset(definition))[0]?.parts).toEqual(parts);
  });
});

describe('word in context', () => {
  test('pairs one sense with itself and with another, as often', () => {
    expect(balancedPairs([['a1', 'a2'], ['b1']])).toEqual({
      same: [['a1', 'a2']],
      different: [['a2', 'b1']],
    });
  });

  test('has nothing to ask of a word with one sense, or without two sentences for any', () => {
    expect(balancedPairs([['a1', 'a2']])).toEqual({ same: [], different: [] });
    expect(balancedPairs([['a1'], ['b1']])).toEqual({ same: [], different: [] });
  });

  test('asks at most three of each kind of a word', () => {
    const senses = Array.from({ length: 9 }, (_, i) => [`${i}a`, `${i}b`]);
    const { same, different } = balancedPairs(senses);
    expect([same.length, different.length]).toEqual([3, 3]);
  });

  test.each([
    ['He barked loudly', 'bark', true],
    ['Making a noise', 'make', true],
    ['the embarked crew', 'bark', false],
    ['a barkentine came in', 'bark', false],
    ['barked loudly', 'bark', false],
    ['They give it up now', 'give up', true],
    ['They give it now', 'give up', false],
  ])('%j shows %j: %s', (sentence, word, shows) => {
    expect(showsWord(sentence, word)).toBe(shows);
  });
});

describe('similarity', () => {
  test('is twice the shared part of two chains over their lengths', () => {
    expect(wuPalmer(['root', 'a', 'b', 'c'], ['root', 'a', 'x'])).toBe((2 * 2) / (4 + 3));
    expect(wuPalmer(['root', 'a'], ['root', 'a', 'b'])).toBe((2 * 2) / (2 + 3));
    expect(wuPalmer(['root', 'a'], ['root', 'b'])).toBe((2 * 1) / (2 + 2));
  });
});

describe('acceptability', () => {
  test('swaps two different words in lower case, never the first', () => {
    const swap = (sentence: string) => swapWords(sentence, new RandomStream('swap'));
    expect(swap('The cat Tom sleeps.')).toBeUndefined();
    expect(swap('The cat saw Tom.')).toBe('The saw cat Tom.');
    expect(swap('Of all the the, none.')).toMatch(/^Of the (all the|the all), none\.$|^Of the all the,/);
    expect(swap('So the the, Ann.')).toBeUndefined();
  });
});

describe('genre', () => {
  test('cuts a document after the sentence that makes a passage long enough', () => {
    const sentence = `A${' b'.repeat(13)} c.`; // 15 words
    const paragraphs = [`${sentence} ${sentence}`, sentence, `${sentence} ${sentence}`];
    expect(passagesOf({ name: '', paragraphs })).toEqual([
      `${sentence} ${sentence}`,
      `${sentence} ${sentence}`,
    ]);
  });
});

describe('a tagged word', () => {
  const tagged = (text: string) =>
    text.split(' ').map((pair) => ({ word: pair.split('/')[0]!, tag: pair.split('/')[1]! }));

  test('is asked of words of the classes that have a word before them', () => {
    const find = byTag(tagsThatBegin(['nn', 'vb', 'jj', 'rb']));
    const asked = (text: string) => find(tagged(text), 'ca01').map(({ at, label }) => [at, label]);
    const places = [
      [1, 2],
      [2, 0],
      [3, 3],
    ];
    expect(asked('the/at old/jj work/nn-hl well/rb')).toEqual(places);
    expect(asked('work/vb is/bez Paris/np')).toEqual([]);
  });

  test('is shown as often in its second class as in its first, and not at all if it has one', () => {
    const of = (word: string, label: number, count: number) =>
      Array.from({ length: count }, () => ({ words: ['a', word], at: 1, label, document: 'ca01' }));
    const all = [
      ...of('work', 0, 5),
      ...of('work', 1, 2),
      ...of('house', 0, 9),
      ...of('walk', 0, 6),
      ...of('walk', 1, 7),
    ];
    const chosen = balanced(all, new RandomStream('words'), 3);
    const countOf = (word: string, label: number) =>
      chosen.filter(({ words, label: own }) => words[1] === word && own === label).length;
    expect([countOf('work', 0), countOf('work', 1)]).toEqual([2, 2]);
    expect([countOf('walk', 0), countOf('walk', 1)]).toEqual([3, 3]);
    expect(chosen).toHaveLength(2 * 2 + 2 * 3);
  });

  test('is found in the text as a book prints it', () => {
    const words = ['He', 'said', '``', 'no', "''", ',', 'and', 'left', '.'];
    const { first, word } = exampleOf({ words, at: 7, label: 0, document: 'ca01' });
    expect(first).toBe('He said "no", and left.');
    expect(first.slice(...word!)).toBe('left');
  });

  test('has thirty-two words at most on each side', () => {
    const words = Array.from({ length: 99 }, (_, i) => `w${i}`);
    const { first, word } = exampleOf({ words, at: 50, label: 0, document: 'ca01' });
    expect(first.split(' ')).toEqual(words.slice(50 - 32, 50 + 1 + 32));
    expect(first.slice(...word!)).toBe('w50');
  });
});

describe('number agreement', () => {
  const tagged = (text: string) =>
    text.split(' ').map((pair) => ({ word: pair.split('/')[0]!, tag: pair.split('/')[1]! }));
  const asked = (text: string) =>
    agreeing(tagged(text), 'ca01').map(({ words, at, label }) => [words[at], label]);

  test('shows the singular, whichever the author wrote', () => {
    expect(asked('the/at dogs/nns are/ber here/rb')).toEqual([['is', 1]]);
    expect(asked('the/at dog/nn is/bez here/rb')).toEqual([['is', 0]]);
    expect(asked('of/in those/dts days/nns')).toEqual([['that', 1]]);
  });

  test('leaves out infinitives, and `that` where it is no determiner', () => {
    expect(asked('they/ppss may/md have/hv it/ppo')).toEqual([]);
    expect(asked('he/pps said/vbd that/cs it/pps')).toEqual([]);
  });
});

describe('a word in a sentence of WordNet', () => {
  test.each([
    ['bark', 'The Bark of the oak', [4, 8]],
    ['bark', 'the embarked crew barks', undefined],
    ['give up', 'they give up now', [5, 12]],
    ["o'clock", "at five o'clock sharp", [8, 15]],
  ])('%j in %j', (word, text, place) => {
    expect(placeOf(word, text)).toEqual(place);
  });
});
