/** A corpus as token ids, and its file: one line of checksum, one line of JSON, then the arrays. */
import { readFileSync } from 'node:fs';
import { bytesOf, sha256, writeFileAtomically } from '../base/atomic-files.ts';
import { DataError } from '../base/errors.ts';
import { Vocabulary } from './vocabulary.ts';

export interface TokenStream {
  vocabulary: Vocabulary;
  /** In the order of the corpora. */
  documents: StreamDocument[];
  /** Tokens of each sentence, all documents one after another. */
  sentenceLengths: Int32Array;
  /** Ids of all sentences, without [CLS] and [SEP]. */
  tokenIds: Int32Array;
}

export interface StreamDocument {
  isHeldOut: boolean;
  sentenceCount: number;
}

interface Header {
  tokens: readonly string[];
  documents: StreamDocument[];
  sentenceCount: number;
}

/** @throws {DataError} if the folder cannot be written */
export function writeTokenStream(path: string, stream: TokenStream): void {
  const { vocabulary, documents, sentenceLengths, tokenIds } = stream;
  const header: Header = { tokens: vocabulary.tokens, documents, sentenceCount: sentenceLengths.length };
  const content = [`${JSON.stringify(header)}\n`, bytesOf(sentenceLengths), bytesOf(tokenIds)];
  writeFileAtomically(path, `${sha256(...content)}\n`, ...content);
}

/** @throws {DataError} if the file is damaged, and whatever reading it throws */
export function readTokenStream(path: string): TokenStream {
  const bytes = readFileSync(path);
  const content = bytes.subarray(checksumLength + 1);
  if (bytes.toString('latin1', 0, checksumLength) !== sha256(content)) {
    throw new DataError(`${path}: expected a token cache as it was written, got other bytes; delete it`);
  }
  const arrays = content.indexOf('\n') + 1;
  const header = JSON.parse(content.toString('utf8', 0, arrays)) as Header;
  const numbers = int32sFrom(content.subarray(arrays));
  return {
    vocabulary: new Vocabulary(header.tokens, path),
    documents: header.documents,
    sentenceLengths: numbers.subarray(0, header.sentenceCount),
    tokenIds: numbers.subarray(header.sentenceCount),
  };
}

/** One array of several, in their order. */
export function concatenate(arrays: readonly Int32Array[]): Int32Array {
  const whole = new Int32Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let start = 0;
  for (const array of arrays) {
    whole.set(array, start);
    start += array.length;
  }
  return whole;
}

/** SHA-256 in hexadecimal. */
const checksumLength = 64;

/** Copies, because a view needs a start that is a multiple of four. */
function int32sFrom(bytes: Uint8Array): Int32Array {
  const numbers = new Int32Array(bytes.length / 4);
  bytesOf(numbers).set(bytes);
  return numbers;
}
