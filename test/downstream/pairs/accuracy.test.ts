import { describe, expect, it } from 'vitest';
import { accuraciesOf, sentencesOf } from '../../../src/downstream/pairs/accuracy.ts';
import type { Paradigm } from '../../../src/downstream/pairs/pair-set.ts';

function paradigm(name: string, field: string, term: string, pairs: number): Paradigm {
  return { name, field, term, pairs: Array(pairs).fill({ better: 'a', worse: 'b' }) };
}

/** Scores of pairs: 1 right, 0 wrong, 0.5 a tie. */
function scoresOf(outcomes: readonly number[]): Float64Array {
  return Float64Array.from(outcomes.flatMap((outcome) => [outcome, 0.5]));
}

const paradigms = [
  paradigm('one', 'syntax', 'order', 4),
  paradigm('two', 'syntax', 'order', 2),
  paradigm('three', 'semantics', 'quantifiers', 2),
];
const rows = accuraciesOf(paradigms, scoresOf([1, 1, 1, 0, 1, 0, 0.5, 0.5]));
const rowOf = (name: string) => rows.find((row) => row.paradigm === name)!;

describe('accuracies of a paradigm', () => {
  it('count a pair whose better sentence scores higher, and its binomial error', () => {
    const error = Math.sqrt((0.75 * 0.25) / 4);
    expect(rowOf('one')).toMatchObject({ pairs: 4, accuracy: 3 / 4, ties: 0, standardError: error });
  });

  it('count a tie as half a pair, and nothing of it as spread', () => {
    expect(rowOf('three')).toMatchObject({ pairs: 2, accuracy: 0.5, ties: 2, standardError: 0 });
  });

  it('have the spread of outcomes 0, 1/2 and 1 where some pairs tie', () => {
    const [, , , row] = accuraciesOf([paradigm('a', 'f', 't', 4)], scoresOf([1, 1, 0.5, 0]));
    const mean = (1 + 1 + 0.5 + 0) / 4;
    const variance = (1 + 1 + 0.25 + 0) / 4 - mean ** 2;
    expect(row).toMatchObject({ paradigm: 'a', accuracy: mean, ties: 1 });
    expect(row!.standardError).toBeCloseTo(Math.sqrt(variance / 4), 12);
  });
});

describe('means over paradigms', () => {
  it('stand before the paradigms: all, each field, each term', () => {
    expect(rows.map(({ paradigm, field, term }) => `${paradigm} ${field} ${term}`)).toEqual([
      'all all all',
      'all syntax all',
      'all semantics all',
      'all syntax order',
      'all semantics quantifiers',
      'one syntax order',
      'two syntax order',
      'three semantics quantifiers',
    ]);
  });

  it('weigh paradigms alike, and combine their errors', () => {
    const errors = [Math.sqrt((0.75 * 0.25) / 4), Math.sqrt((0.5 * 0.5) / 2), 0];
    expect(rows[0]).toMatchObject({ pairs: 8, ties: 2, accuracy: (0.75 + 0.5 + 0.5) / 3 });
    expect(rows[0]!.standardError).toBeCloseTo(Math.hypot(...errors) / 3, 12);
    const order = rows.find(({ paradigm, term }) => paradigm === 'all' && term === 'order')!;
    expect(order).toMatchObject({ pairs: 6, accuracy: (0.75 + 0.5) / 2 });
  });

  it('of a term that stands in two fields are of no field', () => {
    const both = [paradigm('a', 'syntax', 'npi', 1), paradigm('b', 'semantics', 'npi', 1)];
    const mean = accuraciesOf(both, scoresOf([1, 0])).find(({ term }) => term === 'npi')!;
    expect(mean).toMatchObject({ paradigm: 'all', field: 'all', term: 'npi', accuracy: 0.5 });
  });
});

it('takes the sentences of each pair in turn, the better one first', () => {
  const pairs = [
    { better: 'a', worse: 'b' },
    { better: 'c', worse: 'd' },
  ];
  expect(sentencesOf([{ name: '', field: '', term: '', pairs }])).toEqual(['a', 'b', 'c', 'd']);
});
