import { describe, expect, test } from 'vitest';
import { RandomStream } from '../../../src/base/random.ts';
import { forEachPiece, isWhiteSpace, PieceTable } from '../../../src/data/vocabulary/piece-table.ts';

function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  forEachPiece(text, (start, end) => pieces.push(text.slice(start, end)));
  return pieces;
}

/** Words of one to eight letters of a small alphabet, so that many come again. */
function randomWords(count: number): string[] {
  const random = new RandomStream('words');
  const letters = ['a', 'b', 'é', '中', '\u{20000}'];
  return Array.from({ length: count }, () =>
    Array.from({ length: 1 + random.integer(8) }, () => letters[random.integer(letters.length)]).join(''),
  );
}

describe('pieces', () => {
  test('stand between runs of white space', () => {
    expect(piecesOf('a bc\u00a0d \n\t e')).toEqual(['a', 'bc', 'd', 'e']);
    expect(piecesOf('  \n')).toEqual([]);
    expect(piecesOf('')).toEqual([]);
  });

  test('end at the white space of [\\t\\n\\r\\p{Z}] and at no other character', () => {
    const units = Array.from({ length: 2 ** 16 }, (_, unit) => unit);
    const expected = units.filter((unit) => /[\t\n\r\p{Z}]/u.test(String.fromCharCode(unit)));
    expect(units.filter(isWhiteSpace)).toEqual(expected);
  });
});

describe('a table of pieces', () => {
  test('numbers them in the order in which they are met, as a map would', () => {
    const [table, map] = [new PieceTable(), new Map<string, number>()];
    for (const word of randomWords(100_000)) {
      const text = `(${word})`;
      if (!map.has(word)) map.set(word, map.size);
      if (table.numberOf(text, 1, text.length - 1) !== map.get(word)) expect.fail(word);
    }
    expect(table.size).toBe(map.size);
    expect(Array.from({ length: table.size }, (_, number) => table.textOf(number))).toEqual([...map.keys()]);
  });

  test('keeps pieces of any length, and none at all', () => {
    const table = new PieceTable();
    const long = 'x'.repeat(100_000);
    expect([long, '', `${long}y`, ''].map((text) => table.numberOf(text, 0, text.length))).toEqual([
      0, 1, 2, 1,
    ]);
    expect(table.textOf(2)).toBe(`${long}y`);
  });
});
