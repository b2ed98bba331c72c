/** Token ids in arrays: as they are kept in files, and as they come. */

/** Two bytes each where the vocabulary allows it. */
export type TokenIds = Uint16Array | Int32Array;

/** The array that holds the ids of a vocabulary of so many entries. */
export function idArrayFor(vocabularySize: number): Uint16ArrayConstructor | Int32ArrayConstructor {
  return vocabularySize <= 2 ** 16 ? Uint16Array : Int32Array;
}

/** A list of integers that grows: a third of the time of an array of numbers, where millions are appended. */
export class IntegerList {
  #values = new Int32Array(64);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  at(index: number): number {
    return this.#values[index]!;
  }

  push(value: number): void {
    if (this.#length === this.#values.length) this.#reserve(1);
    this.#values[this.#length++] = value;
  }

  /** Appends a part of another list. */
  append(other: IntegerList, from: number, to: number): void {
    if (this.#length + to - from > this.#values.length) this.#reserve(to - from);
    for (let i = from; i < to; i++) this.#values[this.#length++] = other.#values[i]!;
  }

  /** A view, until the list grows. */
  get values(): Int32Array {
    return this.#values.subarray(0, this.#length);
  }

  #reserve(more: number): void {
    const larger = new Int32Array(2 * (this.#length + more));
    larger.set(this.#values);
    this.#values = larger;
  }
}
