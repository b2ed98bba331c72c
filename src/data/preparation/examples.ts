/** Packed examples, in a file that is read row by row: only their lengths are kept in memory. */
import { RandomStream } from '../../base/random.ts';
import { idArrayFor, type TokenIds } from '../vocabulary/token-ids.ts';
import type { Append, CacheFile } from './cache-file.ts';
import { type Example, packDocuments } from './packing.ts';
import { type BeginPhase, tokenMeter } from './read-rate.ts';
import type { Side, TokenStream } from './token-stream.ts';

export interface Examples {
  count: number;
  /** L */
  sequenceLength: number;
  /** [count], first position of segment B; the example's length when it has one segment */
  secondSegmentStarts: Int32Array;
  /** [count], positions in use, special tokens included */
  lengths: Int32Array;
  /**
   * Copies examples, padded with [PAD]'s id, from row `first` on.
   *
   * @param target [n · L], filled with n examples
   */
  read(first: number, target: Int32Array): void;
}

/** What the file says of itself: its body is [count · L] ids, then the lengths, then the starts. */
export interface ExampleFacts {
  /** The vocabulary, in the order of its ids. */
  tokens: readonly string[];
  sequenceLength: number;
  count: number;
  /** Documents and tokens of text that were packed. */
  documents: number;
  textTokens: number;
}

/** Packs one side of the split; its examples go to a file as they are made. */
export function packStream(
  { vocabulary, length, documents, documentsOf }: TokenStream,
  side: Side,
  sequenceLength: number,
  append: Append,
  beginPhase?: BeginPhase,
): ExampleFacts {
  // Held-out documents are few, and found in a moment.
  const meter = tokenMeter('packing', length, side === 'train' ? beginPhase : undefined);
  const random = new RandomStream('packing', side, sequenceLength);
  const writer = new ExampleWriter(append, sequenceLength, vocabulary);
  for (const example of packDocuments(documentsOf(side, meter.advance), sequenceLength, vocabulary, random)) {
    writer.add(example);
  }
  meter.end();
  return { tokens: vocabulary.tokens, sequenceLength, documents: documents[side], ...writer.end() };
}

/** Writes rows one by one, then the arrays. */
class ExampleWriter {
  readonly #append: Append;
  readonly #row: TokenIds;
  readonly #padId: number;
  readonly #lengths: number[] = [];
  readonly #starts: number[] = [];
  #textTokens = 0;

  constructor(append: Append, sequenceLength: number, vocabulary: { size: number; padId: number }) {
    this.#append = append;
    this.#row = new (idArrayFor(vocabulary.size))(sequenceLength);
    this.#padId = vocabulary.padId;
  }

  add({ ids, secondSegmentStart }: Example): void {
    this.#row.set(ids);
    this.#row.fill(this.#padId, ids.length);
    this.#append(this.#row);
    this.#lengths.push(ids.length);
    this.#starts.push(secondSegmentStart);
    this.#textTokens += ids.length - (secondSegmentStart < ids.length ? 3 : 2);
  }

  /** @returns how many there are, and their tokens without [CLS] and [SEP] */
  end(): { count: number; textTokens: number } {
    this.#append(Int32Array.from(this.#lengths));
    this.#append(Int32Array.from(this.#starts));
    return { count: this.#lengths.length, textTokens: this.#textTokens };
  }
}

export function readExamples(file: CacheFile<ExampleFacts>): Examples {
  const { tokens, count, sequenceLength } = file.facts;
  const Ids = idArrayFor(tokens.length);
  const rowBytes = sequenceLength * Ids.BYTES_PER_ELEMENT;
  const [lengths, secondSegmentStarts] = [new Int32Array(count), new Int32Array(count)];
  file.read(lengths, count * rowBytes);
  file.read(secondSegmentStarts, count * rowBytes + lengths.byteLength);
  let rows = new Ids(sequenceLength);
  return {
    ...{ count, sequenceLength, lengths, secondSegmentStarts },
    read(first, target) {
      if (rows.length !== target.length) rows = new Ids(target.length);
      file.read(rows, first * rowBytes);
      target.set(rows);
    },
  };
}

/** Rows that are read at a time where all are. */
const rowsAtATime = 1024;

/** All examples in order, some at a time: [n · L], valid until the next are asked for. */
export function* blocksOf(examples: Examples): Generator<Int32Array> {
  const { count, sequenceLength: L } = examples;
  const block = new Int32Array(Math.min(count, rowsAtATime) * L);
  for (let first = 0; first < count; first += rowsAtATime) {
    const rows = block.subarray(0, Math.min(rowsAtATime, count - first) * L);
    examples.read(first, rows);
    yield rows;
  }
}
