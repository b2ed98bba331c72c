/** Labelled texts as token sequences: [CLS] A [SEP], or [CLS] A [SEP] B [SEP]. Unpadded; batches are padded when they form. */
import type { WordPieceTokenizer } from '../data/wordpiece.ts';
import type { TaskExample } from './task.ts';

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
}

/** @param maxLength longer texts are cut, the longer of a pair first (as BERT's run_classifier.py) */
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
  };
}

/** Tokens of one sequence, special tokens included. */
export function lengthOf({ starts }: EncodedExamples, row: number): number {
  return starts[row + 1]! - starts[row]!;
}

function sequenceOf(
  { first, second }: TaskExample,
  tokenizer: WordPieceTokenizer,
  maxLength: number,
): { ids: number[]; firstLength: number } {
  const { clsId, sepId } = tokenizer.vocabulary;
  const a = tokenizer.encode(first);
  const b = second === undefined ? [] : tokenizer.encode(second);
  const room = maxLength - (second === undefined ? 2 : 3);
  while (a.length + b.length > room) (a.length > b.length ? a : b).pop();
  const ids = [clsId, ...a, sepId];
  return { firstLength: ids.length, ids: second === undefined ? ids : [...ids, ...b, sepId] };
}
