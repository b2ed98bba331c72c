/** Labelled texts as padded token sequences: [CLS] A [SEP], or [CLS] A [SEP] B [SEP]. */
import type { WordPieceTokenizer } from '../data/wordpiece.ts';
import type { TaskExample } from './task.ts';

export interface EncodedExamples {
  count: number;
  /** L: as long as the longest sequence, at most the task's limit. */
  length: number;
  /** [count · L] */
  tokenIds: Int32Array;
  /** [count · L], 0 first and 1 second text */
  segmentIds: Int32Array;
  /** [count], tokens before the padding */
  lengths: Int32Array;
  /** [count] */
  labels: Int32Array;
}

/** @param maxLength longer texts are cut, the longer of a pair first (as BERT's run_classifier.py) */
export function encodeExamples(
  examples: readonly TaskExample[],
  tokenizer: WordPieceTokenizer,
  maxLength: number,
): EncodedExamples {
  const sequences = examples.map((example) => sequenceOf(example, tokenizer, maxLength));
  const length = Math.max(...sequences.map(({ ids }) => ids.length));
  const tokenIds = new Int32Array(examples.length * length).fill(tokenizer.vocabulary.padId);
  const segmentIds = new Int32Array(examples.length * length);
  for (const [i, { ids, secondStart }] of sequences.entries()) {
    tokenIds.set(ids, i * length);
    segmentIds.fill(1, i * length + secondStart, i * length + ids.length);
  }
  return {
    count: examples.length,
    length,
    tokenIds,
    segmentIds,
    lengths: Int32Array.from(sequences, ({ ids }) => ids.length),
    labels: Int32Array.from(examples, ({ label }) => label),
  };
}

function sequenceOf(
  { first, second }: TaskExample,
  tokenizer: WordPieceTokenizer,
  maxLength: number,
): { ids: number[]; secondStart: number } {
  const { clsId, sepId } = tokenizer.vocabulary;
  const a = tokenizer.encode(first);
  const b = second === undefined ? [] : tokenizer.encode(second);
  const room = maxLength - (second === undefined ? 2 : 3);
  while (a.length + b.length > room) (a.length > b.length ? a : b).pop();
  const ids = [clsId, ...a, sepId];
  return { secondStart: ids.length, ids: second === undefined ? ids : [...ids, ...b, sepId] };
}
