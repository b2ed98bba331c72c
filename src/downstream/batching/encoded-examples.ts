/** Labelled texts as token sequences: [CLS] A [SEP], or [CLS] A [SEP] B [SEP]. Unpadded; batches are padded when they form. */
import { explain, ShapeError } from '../../base/errors.ts';
import type { WordPieceTokenizer } from '../../data/vocabulary/wordpiece.ts';
import type { TaskExample } from '../tasks/task.ts';

export interface EncodedExamples {
  count: number;
  /** All sequences, one after another. */
  tokenIds: Int32Array;
  /** [count + 1], where each sequence begins, and the end of the last. */
  starts: Int32Array;
  /** [count], tokens of the first segment. */
  firstLengths: Int32Array;
  /** [count], class ids, or the numbers of a regression as the task gives them. */
  labels: Float64Array;
  /** Where the word in question stands in each sequence, of tasks that ask about a word. */
  words?: WordPlaces;
}

/** Token places within a sequence, [CLS] being 0. */
export interface WordPlaces {
  /** [count], of the word's first piece. */
  starts: Int32Array;
  /** [count], after its last piece. */
  ends: Int32Array;
}

/**
 * @param maxLength longer texts are cut, the longer of a pair first (as BERT's run_classifier.py); a text with a word
 *   in question loses its ends, so that the word keeps as much before it as after it
 * @throws {ShapeError} if some examples ask about a word and others do not
 */
export function encodeExamples(
  examples: readonly TaskExample[],
  tokenizer: WordPieceTokenizer,
  maxLength: number,
): EncodedExamples {
  const sequences = examples.map((example) => sequenceOf(example, tokenizer, maxLength));
  const starts = new Int32Array(examples.length + 1);
  for (const [i, { ids }] of sequences.entries()) starts[i + 1] = starts[i]! + ids.length;
  const tokenIds = new Int32Array(starts.at(-1)!);
  for (const [i, { ids }] of sequences.entries()) tokenIds.set(ids, starts[i]);
  return {
    count: examples.length,
    tokenIds,
    starts,
    firstLengths: Int32Array.from(sequences, ({ firstLength }) => firstLength),
    labels: Float64Array.from(examples, ({ label }) => label),
    ...wordsOf(sequences),
  };
}

/** Tokens of one sequence, special tokens included. */
export function lengthOf({ starts }: EncodedExamples, row: number): number {
  return starts[row + 1]! - starts[row]!;
}

interface Sequence {
  ids: number[];
  firstLength: number;
  /** Token places of the word in question. */
  word?: readonly [from: number, to: number];
}

function wordsOf(sequences: readonly Sequence[]): { words?: WordPlaces } {
  const words = sequences.flatMap(({ word }) => (word ? [word] : []));
  if (words.length === 0) return {};
  if (words.length < sequences.length) {
    throw new ShapeError(explain('examples', 'a word in question in all of them, or in none', words.length));
  }
  const placesOf = (end: 0 | 1) => Int32Array.from(words, (word) => word[end]);
  return { words: { starts: placesOf(0), ends: placesOf(1) } };
}

function sequenceOf(example: TaskExample, tokenizer: WordPieceTokenizer, maxLength: number): Sequence {
  const { first, second, word } = example;
  if (word) return aroundWord(first, word, tokenizer, maxLength);
  const { clsId, sepId } = tokenizer.vocabulary;
  const a = tokenizer.encode(first);
  const b = second === undefined ? [] : tokenizer.encode(second);
  const room = maxLength - (second === undefined ? 2 : 3);
  while (a.length + b.length > room) (a.length > b.length ? a : b).pop();
  const ids = [clsId, ...a, sepId];
  return { firstLength: ids.length, ids: second === undefined ? ids : [...ids, ...b, sepId] };
}

/**
 * A word's pieces are its own: BERT cuts text at white space and punctuation, and a word in question is a whole one. So
 * its text and what stands around it are encoded apart.
 */
function aroundWord(
  text: string,
  [from, to]: readonly [number, number],
  tokenizer: WordPieceTokenizer,
  maxLength: number,
): Sequence {
  const { clsId, sepId } = tokenizer.vocabulary;
  const parts = [text.slice(0, from), text.slice(from, to), text.slice(to)];
  const [before, word, after] = parts.map((part) => tokenizer.encode(part)) as [number[], number[], number[]];
  const room = Math.max(0, maxLength - 2 - word.length);
  const left = Math.min(before.length, Math.max(Math.floor(room / 2), room - after.length));
  const kept = before.slice(before.length - left);
  const ids = [clsId, ...kept, ...word, ...after.slice(0, room - left), sepId];
  return { ids, firstLength: ids.length, word: [1 + left, 1 + left + word.length] };
}
