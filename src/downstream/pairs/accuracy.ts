/** How often the better sentence of a pair scores higher, by paradigm, and means over paradigms. */
import type { Paradigm } from './pair-set.ts';

export interface Accuracy {
  pairs: number;
  /** Share of pairs whose better sentence scores higher; a tie is half a pair. */
  accuracy: number;
  /** Pairs whose sentences have exactly the same score. */
  ties: number;
  /** Of the accuracy, over pairs. */
  standardError: number;
}

/** What an accuracy is of: one paradigm, or `all` paradigms of a field or a term. */
export interface AccuracyOf extends Accuracy {
  paradigm: string;
  field: string;
  term: string;
}

/** Where rows are means over what is named otherwise. */
export const everything = 'all';

/**
 * @param scores of all sentences: of each pair the better one's, then the worse one's
 * @param first the pair that begins the paradigm
 */
function accuracyOf(scores: Float64Array, first: number, pairs: number): Accuracy {
  let [right, ties] = [0, 0];
  for (let pair = first; pair < first + pairs; pair++) {
    const [better, worse] = [scores[2 * pair]!, scores[2 * pair + 1]!];
    if (better > worse) right++;
    else if (better === worse) ties++;
  }
  const accuracy = (right + ties / 2) / pairs;
  // Of outcomes 0, 1/2 and 1: the binomial variance, less what ties take from it.
  const variance = accuracy * (1 - accuracy) - ties / pairs / 4;
  return { pairs, accuracy, ties, standardError: Math.sqrt(Math.max(0, variance) / pairs) };
}

/**
 * One row a paradigm; before them the mean over all, over each field, and over each term. Paradigms count alike in a
 * mean, however many pairs they have.
 *
 * @param scores of `sentencesOf` the paradigms, in their order
 */
export function accuraciesOf(paradigms: readonly Paradigm[], scores: Float64Array): AccuracyOf[] {
  let first = 0;
  const rows = paradigms.map(({ name, field, term, pairs }): AccuracyOf => {
    const row = { paradigm: name, field, term, ...accuracyOf(scores, first, pairs.length) };
    first += pairs.length;
    return row;
  });
  const fields = [...new Set(rows.map(({ field }) => field))];
  const terms = [...new Set(rows.map(({ term }) => term))];
  return [
    meanOf(rows, { field: everything, term: everything }),
    ...fields.map((field) => meanOf(rows, { field, term: everything })),
    ...terms.map((term) => meanOf(rows, { field: fieldOf(rows, term), term })),
    ...rows,
  ];
}

/** A term belongs to one field; BLiMP has some that stand in two. */
function fieldOf(rows: readonly AccuracyOf[], wanted: string): string {
  const fields = new Set(rows.filter(({ term }) => term === wanted).map(({ field }) => field));
  return fields.size === 1 ? [...fields][0]! : everything;
}

function meanOf(rows: readonly AccuracyOf[], what: { field: string; term: string }): AccuracyOf {
  const isOf = (row: AccuracyOf) =>
    what.term === everything ? what.field === everything || row.field === what.field : row.term === what.term;
  const own = rows.filter(isOf);
  const sum = (of: (row: AccuracyOf) => number) => own.reduce((total, row) => total + of(row), 0);
  return {
    paradigm: everything,
    ...what,
    pairs: sum(({ pairs }) => pairs),
    ties: sum(({ ties }) => ties),
    accuracy: sum(({ accuracy }) => accuracy) / own.length,
    standardError: Math.sqrt(sum(({ standardError }) => standardError ** 2)) / own.length,
  };
}

/** The sentences of a set: of each pair the better one, then the worse. */
export function sentencesOf(paradigms: readonly Paradigm[]): string[] {
  return paradigms.flatMap(({ pairs }) => pairs.flatMap(({ better, worse }) => [better, worse]));
}
