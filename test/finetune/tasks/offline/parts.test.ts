/** How the offline tasks make their examples, on examples small enough to work out. */
import { describe, expect, test } from 'vitest';
import { RandomStream } from '../../../../src/base/random.ts';
import type { Synset } from '../../../../src/data/wordnet.ts';
import { swapWords } from '../../../../src/finetune/tasks/offline/acceptability.ts';
import { inTwoParts } from '../../../../src/finetune/tasks/offline/definition-pair.ts';
import { passagesOf } from '../../../../src/finetune/tasks/offline/genre.ts';
import { matchedPairs } from '../../../../src/finetune/tasks/offline/matched-pairs.ts';
import { wuPalmer } from '../../../../src/finetune/tasks/offline/similarity.ts';
import { balanced, byWord, occurrencesIn } from '../../../../src/finetune/tasks/offline/tagged-words.ts';
import { balancedPairs, showsWord } from '../../../../src/finetune/tasks/offline/word-in-context.ts';

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
    const asked = (text: string) =>
      occurrencesIn(tagged(text), ['nn', 'vb', 'jj', 'rb']).map(({ at, label }) => [at, label]);
    expect(asked('the/at old/jj work/nn-hl well/rb')).toEqual([
      ...[
        [1, 2],
        [2, 0],
        [3, 3],
      ],
    ]);
    expect(asked('work/vb is/bez Paris/np')).toEqual([]);
  });

  test('shows six words on each side, and a word as often in its second class as in its first', () => {
    const of = (word: string, label: number, count: number) =>
      Array.from({ length: count }, (_, i) => {
        const words = [...'abcdefg', word, ...'hijklmn'];
        words[6] = `${label}${i}`;
        return { words, at: 7, label };
      });
    const all = [...of('work', 0, 5), ...of('work', 1, 2), ...of('house', 0, 9)];
    const examples = balanced(byWord(all), new RandomStream('words'));
    const shown = examples.map(({ first, second, label }) => [first.slice(0, 10), second, label]);
    expect(shown.filter(([, , label]) => label === 1)).toEqual([
      ...[
        ['b c d e f ', 'work h i j k l m', 1],
        ['b c d e f ', 'work h i j k l m', 1],
      ],
    ]);
    expect(shown.length).toBe(4);
  });
});
