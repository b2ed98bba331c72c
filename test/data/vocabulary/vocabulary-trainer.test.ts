import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../../src/base/errors.ts';
import { trainVocabulary } from '../../../src/data/vocabulary/vocabulary-trainer.ts';

const special = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'];
const words = (counts: Record<string, number>) => new Map(Object.entries(counts));

/** The same algorithm without any bookkeeping: all pairs are counted anew before every merge. */
function trainSlowly(counts: Map<string, number>, start: readonly string[], size: number): string[] {
  const tokens = [...start];
  let split = [...counts].map(([word, count]) => ({
    count,
    pieces: [...word].map((character, i) => (i === 0 ? character : `##${character}`)),
  }));
  while (tokens.length < size) {
    const pairs = new Map<string, number>();
    for (const { pieces, count } of split) {
      for (let i = 1; i < pieces.length; i++) {
        const pair = `${pieces[i - 1]} ${pieces[i]}`;
        pairs.set(pair, (pairs.get(pair) ?? 0) + count);
      }
    }
    const rank = (pair: string) => pair.split(' ').map((piece) => tokens.indexOf(piece)) as [number, number];
    const byRank = (a: string, b: string) => rank(a)[0] - rank(b)[0] || rank(a)[1] - rank(b)[1];
    const best = [...pairs].sort((a, b) => b[1] - a[1] || byRank(a[0], b[0]))[0];
    if (!best || best[1] < 2) break;
    const merged = best[0].replace(' ##', '');
    if (!tokens.includes(merged)) tokens.push(merged);
    split = split.map(({ pieces, count }) => {
      const next: string[] = [];
      for (const piece of pieces) {
        if (`${next.at(-1)} ${piece}` === best[0] && next.at(-1) !== merged) next[next.length - 1] = merged;
        else next.push(piece);
      }
      return { pieces: next, count };
    });
  }
  return tokens;
}

describe('training a vocabulary', () => {
  test('begins with the special tokens, then characters, then characters inside words', () => {
    expect(trainVocabulary(words({ ab: 1, b: 1, '!': 9 }), 10).tokens).toEqual([
      ...special,
      '!',
      'a',
      'b',
      '##a',
      '##b',
    ]);
  });

  test('merges the commonest pair first', () => {
    // ##u ##g: 10 + 5; then h ##ug: 10; ##u ##n: 4 + 3; p ##ug: 5; p ##un: 4; b ##un: 3.
    const counts = words({ hug: 10, pug: 5, pun: 4, bun: 3 });
    const { tokens } = trainVocabulary(counts, 100);
    const merges = tokens.slice(special.length + 6 + 6);
    expect(merges).toEqual(['##ug', 'hug', '##un', 'pug', 'pun', 'bun']);
  });

  test('stops where no pair occurs twice', () => {
    expect(trainVocabulary(words({ ab: 1, cd: 2 }), 100).tokens.slice(-1)).toEqual(['cd']);
    expect(trainVocabulary(words({ ab: 1, cd: 2 }), 100).size).toBe(5 + 4 + 4 + 1);
  });

  test('does not depend on the order of the words', () => {
    const counts = Object.entries({ hug: 5, pug: 5, hum: 5, gum: 5 });
    const forth = trainVocabulary(new Map(counts), 30).tokens;
    expect(trainVocabulary(new Map(counts.toReversed()), 30).tokens).toEqual(forth);
  });

  test('equals counting all pairs anew before every merge', () => {
    // Repeats inside a word, overlaps (aaa) and two ways to one spelling are all among these.
    const text =
      'aaa aaaa banana bananas ananas cabana band abba baobab cabbage abacus banana band bandana aaa anna';
    const counts = new Map<string, number>();
    for (const [i, word] of text.split(' ').entries())
      counts.set(word, (counts.get(word) ?? 0) + 1 + (i % 3));
    const { tokens } = trainVocabulary(counts, 60);
    const start = tokens.slice(
      0,
      tokens.findIndex((token) => /^(##)?\p{L}{2}/u.test(token)),
    );
    expect(tokens).toEqual(trainSlowly(counts, start, 60));
    expect(tokens.length).toBeGreaterThan(start.length + 15);
  });

  test('refuses a size that the characters alone exceed', () => {
    // 5 special + a, b + ##a, ##b = 9
    expect(() => trainVocabulary(words({ ab: 1 }), 8)).toThrow(
      new ConfigError(
        'data.vocabularySize: expected at least 9 (the special tokens, 2 characters, and those again that stand inside words), got 8; write a larger number',
      ),
    );
  });
});
