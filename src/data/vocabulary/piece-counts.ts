/** Counts of pieces of text, in bounded memory. */
import { forEachPiece, PieceTable } from './piece-table.ts';

/** So many that no text of a few hundred megabytes has them; each takes about 50 bytes. */
export const maxCountedPieces = 2_000_000;

/** As they go from thread to thread. */
export interface CountedPieces {
  /** Different ones, with spaces between. */
  pieces: string;
  counts: Uint32Array;
}

/**
 * How often each piece occurs.
 *
 * Beyond `limit` different pieces those seen once so far are dropped, then those seen twice, and so on until half of
 * them are left: what is rare in so much text shapes no vocabulary. What is dropped depends on what is added and in
 * which order, and on nothing else.
 */
export class PieceCounts {
  readonly #limit: number;
  #table = new PieceTable();
  #counts: number[] = [];

  constructor(limit = maxCountedPieces) {
    this.#limit = limit;
  }

  addText(text: string): void {
    forEachPiece(text, (start, end) => this.#add(text, start, end, 1));
  }

  add({ pieces, counts }: CountedPieces): void {
    let i = 0;
    forEachPiece(pieces, (start, end) => this.#add(pieces, start, end, counts[i++]!));
    for (let seen = 1; this.#counts.length > (seen === 1 ? this.#limit : this.#limit / 2); seen++)
      this.#drop(seen);
  }

  /** In the order in which they were met. */
  counted(): CountedPieces {
    return { pieces: [...this].map(([piece]) => piece).join(' '), counts: Uint32Array.from(this.#counts) };
  }

  *[Symbol.iterator](): Generator<[piece: string, count: number]> {
    for (const [number, count] of this.#counts.entries()) yield [this.#table.textOf(number), count];
  }

  #add(text: string, start: number, end: number, count: number): void {
    const number = this.#table.numberOf(text, start, end);
    this.#counts[number] = (this.#counts[number] ?? 0) + count;
  }

  #drop(seen: number): void {
    const kept = [...this].filter(([, count]) => count > seen);
    this.#table = new PieceTable();
    this.#counts = [];
    for (const [piece, count] of kept) this.#add(piece, 0, piece.length, count);
  }
}
