/** Counts of pieces of text, in bounded memory. */

/** So many that no text of a few hundred megabytes has them; each takes about 100 bytes. */
export const maxCountedPieces = 2_000_000;

/**
 * Adds up counts, in the order in which they come.
 *
 * Beyond `limit` different pieces those seen once so far are dropped, then those seen twice, and so on until half of
 * them are left: rare pieces shape no vocabulary of a large text. What is dropped depends on the text alone.
 */
export class PieceCounts {
  readonly counts = new Map<string, number>();
  readonly #limit: number;

  constructor(limit = maxCountedPieces) {
    this.#limit = limit;
  }

  add(more: ReadonlyMap<string, number>): void {
    for (const [piece, count] of more) this.counts.set(piece, (this.counts.get(piece) ?? 0) + count);
    if (this.counts.size > this.#limit) this.#dropRare();
  }

  #dropRare(): void {
    for (let seen = 1; this.counts.size > this.#limit / 2; seen++) {
      for (const [piece, count] of this.counts) if (count <= seen) this.counts.delete(piece);
    }
  }
}
