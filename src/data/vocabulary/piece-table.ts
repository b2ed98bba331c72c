/** Pieces of text, that is, what stands between white space: found, told apart and counted without cutting text up. */

/**
 * Visits each piece of a text, as a range of it.
 *
 * White space is Python's, at which BERT's reference splits; vertical tab and form feed it drops as control characters.
 */
export function forEachPiece(text: string, visit: (start: number, end: number) => void): void {
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    if (!isWhiteSpace(text.charCodeAt(at))) continue;
    if (at > start) visit(start, at);
    start = at + 1;
  }
  if (start < text.length) visit(start, text.length);
}

/** `[\t\n\r\p{Z}]`, of a UTF-16 unit. */
export function isWhiteSpace(unit: number): boolean {
  if (unit < 0x80) return unit === 0x20 || unit === 9 || unit === 10 || unit === 13;
  return rareWhiteSpace.has(unit);
}

const rareWhiteSpace = new Set([
  ...[0xa0, 0x1680, 0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2007, 0x2008, 0x2009, 0x200a],
  ...[0x2028, 0x2029, 0x202f, 0x205f, 0x3000],
]);

/**
 * Numbers different pieces from 0 on, in the order in which they are met.
 *
 * A hash table over the characters themselves: as keys of a `Map`, pieces would be strings of their own, each to be
 * made before it is looked up, and each keeping the text alive that it was cut from.
 */
export class PieceTable {
  #size = 0;
  /** Numbers by hash, open addressing; -1 is free. At most half are taken. */
  #slots = new Int32Array(2 ** 12).fill(-1);
  #hashes = new Int32Array(2 ** 11);
  /** Where each number's characters begin; those of the next are their end. */
  #starts = new Int32Array(2 ** 11 + 1);
  #characters = new Uint16Array(2 ** 14);

  get size(): number {
    return this.#size;
  }

  numberOf(text: string, start: number, end: number): number {
    const hash = hashOf(text, start, end);
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const number = this.#slots[slot]!;
      if (number < 0) return this.#add(text, start, end, hash);
      if (this.#hashes[number] === hash && this.#isAt(number, text, start, end)) return number;
    }
  }

  textOf(number: number): string {
    const characters = this.#characters.subarray(this.#starts[number], this.#starts[number + 1]);
    let text = '';
    // Some at a time: they become arguments of a function.
    for (let at = 0; at < characters.length; at += 1024) {
      text += String.fromCharCode(...characters.subarray(at, at + 1024));
    }
    return text;
  }

  #isAt(number: number, text: string, start: number, end: number): boolean {
    const first = this.#starts[number]!;
    if (this.#starts[number + 1]! - first !== end - start) return false;
    for (let i = start, at = first; i < end; i++, at++) {
      if (text.charCodeAt(i) !== this.#characters[at]) return false;
    }
    return true;
  }

  #add(text: string, start: number, end: number, hash: number): number {
    if (2 * this.#size >= this.#slots.length) this.#grow();
    const number = this.#size++;
    const first = this.#starts[number]!;
    const last = first + end - start;
    if (last > this.#characters.length) this.#characters = larger(this.#characters, 2 * last);
    for (let i = start, at = first; i < end; i++, at++) this.#characters[at] = text.charCodeAt(i);
    this.#starts[number + 1] = last;
    this.#hashes[number] = hash;
    this.#place(number);
    return number;
  }

  #grow(): void {
    this.#slots = new Int32Array(2 * this.#slots.length).fill(-1);
    this.#hashes = larger(this.#hashes, this.#slots.length / 2 + 1);
    this.#starts = larger(this.#starts, this.#slots.length / 2 + 2);
    for (let number = 0; number < this.#size; number++) this.#place(number);
  }

  #place(number: number): void {
    const mask = this.#slots.length - 1;
    let slot = this.#hashes[number]! & mask;
    while (this.#slots[slot]! >= 0) slot = (slot + 1) & mask;
    this.#slots[slot] = number;
  }
}

/** FNV-1a over UTF-16 units, its high bits brought down. */
function hashOf(text: string, start: number, end: number): number {
  let hash = 0x811c9dc5 | 0;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash ^ (hash >>> 15);
}

function larger<T extends Int32Array | Uint16Array>(array: T, length: number): T {
  const copy = new (array.constructor as new (length: number) => T)(length);
  copy.set(array);
  return copy;
}
