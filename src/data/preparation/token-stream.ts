/**
 * A corpus as token ids in a file, read front to back: [CLS] before each document, [SEP] after each sentence. Text
 * holds neither, so that these are the only borders.
 */
import { idArrayFor } from '../vocabulary/token-ids.ts';
import { Vocabulary } from '../vocabulary/vocabulary.ts';
import type { CacheFile } from './cache-file.ts';

/** What the file says of itself. */
export interface TokenFacts {
  /** The vocabulary, in the order of its ids. */
  tokens: readonly string[];
  /** The number of documents, and which of them are held out: all documents of all corpora, in order. */
  documents: number;
  heldOut: number[];
}

export interface TokenStream {
  vocabulary: Vocabulary;
  /** Ids in the file, borders included. */
  length: number;
  documents: Record<Side, number>;
  /**
   * Sentences of each document on one side of the split; a document is read to its end before the next.
   *
   * @param onRead told after each how many ids of the file have been read
   */
  documentsOf(side: Side, onRead?: (ids: number) => void): Iterable<Iterable<Int32Array>>;
}

export type Side = 'train' | 'held-out';

export function readTokenStream(file: CacheFile<TokenFacts>): TokenStream {
  const { tokens, documents, heldOut } = file.facts;
  const vocabulary = new Vocabulary(tokens);
  const length = file.byteLength / idArrayFor(vocabulary.size).BYTES_PER_ELEMENT;
  const isHeldOut = new Set(heldOut);
  return {
    vocabulary,
    length,
    documents: { train: documents - heldOut.length, 'held-out': heldOut.length },
    *documentsOf(side, onRead) {
      const reader = new TokenReader(file, vocabulary, length);
      for (let i = 0; i < documents; i++) {
        const sentences = reader.nextDocument();
        if (isHeldOut.has(i) === (side === 'held-out')) yield sentences;
        else for (const _ of sentences);
        onRead?.(reader.idsRead);
      }
    },
  };
}

/** Ids that are read at a time; a longer sentence makes the window as long as it is. */
const windowLength = 2 ** 18;

/** A window that moves through the file; sentences are views of it, and stay when it has moved on. */
class TokenReader {
  readonly #file: CacheFile<TokenFacts>;
  readonly #vocabulary: Vocabulary;
  readonly #length: number;
  #window = new Int32Array(0);
  /** Of the window in the file, in ids. */
  #position = 0;
  /** Where reading stands in the window. */
  #at = 0;

  constructor(file: CacheFile<TokenFacts>, vocabulary: Vocabulary, length: number) {
    this.#file = file;
    this.#vocabulary = vocabulary;
    this.#length = length;
  }

  get idsRead(): number {
    return this.#position + this.#at;
  }

  *nextDocument(): Generator<Int32Array> {
    const { clsId } = this.#vocabulary;
    this.#peek();
    this.#at++; // its [CLS]
    for (let id = this.#peek(); id !== undefined && id !== clsId; id = this.#peek())
      yield this.#nextSentence();
  }

  #peek(): number | undefined {
    if (this.#at >= this.#window.length) this.#move(windowLength);
    return this.#window[this.#at];
  }

  #nextSentence(): Int32Array {
    for (;;) {
      const end = this.#window.indexOf(this.#vocabulary.sepId, this.#at);
      if (end >= 0) {
        const sentence = this.#window.subarray(this.#at, end);
        this.#at = end + 1;
        return sentence;
      }
      this.#move(2 * Math.max(windowLength, this.#window.length - this.#at));
    }
  }

  /** A new window from where reading stands. */
  #move(length: number): void {
    const Ids = idArrayFor(this.#vocabulary.size);
    this.#position += this.#at;
    this.#at = 0;
    const ids = new Ids(Math.min(length, this.#length - this.#position));
    this.#file.read(ids, this.#position * Ids.BYTES_PER_ELEMENT);
    this.#window = new Int32Array(ids);
  }
}
