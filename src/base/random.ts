/**
 * Seeded random streams that are addressed, not threaded.
 *
 * A stream is a pure function of its address (seed, purpose, step, …), so nothing about randomness has to be
 * saved: a resumed run asks for the stream of step 512 and gets the numbers an unbroken run would have got.
 */

export type Address = readonly (string | number)[];

/** A stream of pseudo-random numbers (sfc32, 128 bits of state). Not for cryptography. */
export class RandomStream {
  #a: number;
  #b: number;
  #c: number;
  #counter: number;
  readonly #address: Address;

  /** @param address any list of strings and numbers; equal addresses give equal streams */
  constructor(...address: Address) {
    this.#address = address;
    [this.#a, this.#b, this.#c, this.#counter] = hash128(JSON.stringify(address));
    for (let i = 0; i < 12; i++) this.uint32();
  }

  /** A new, independent stream whose address extends this one's; this stream does not advance. */
  split(...more: Address): RandomStream {
    return new RandomStream(...this.#address, ...more);
  }

  /** Uniform over the integers [0, 2³²). */
  uint32(): number {
    const result = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + result;
    return result >>> 0;
  }

  /**
   * Sets each value to 0 with probability `zeroFraction`, else to `kept`. Each takes half a `uint32`, so the fraction
   * is rounded to 1/65536; no branch, which would be mispredicted at every zero.
   */
  fillMask(values: Float32Array, zeroFraction: number, kept: number): void {
    const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
    const keptBits = new Int32Array(Float32Array.of(kept).buffer)[0]!;
    const zeros = zeroHalves(zeroFraction);
    const maskOf = (half: number) => keptBits & ~((half - zeros) >> 31);
    let [a, b, c, counter] = [this.#a, this.#b, this.#c, this.#counter];
    for (let i = 0; i < bits.length; i += 2) {
      const result = (((a + b) | 0) + counter) | 0;
      counter = (counter + 1) | 0;
      a = b ^ (b >>> 9);
      b = (c + (c << 3)) | 0;
      c = (((c << 21) | (c >>> 11)) + result) | 0;
      bits[i] = maskOf(result >>> 16);
      bits[i + 1] = maskOf(result & 0xffff);
    }
    [this.#a, this.#b, this.#c, this.#counter] = [a, b, c, counter];
  }

  /** Uniform in the open interval (0, 1): 23 bits and a half, so that the value survives a float32 unchanged. */
  uniform(): number {
    return ((this.uint32() >>> 9) + 0.5) / 0x800000;
  }

  /** Uniform over the integers [0, limit). */
  integer(limit: number): number {
    return Math.floor((this.uint32() / 0x100000000) * limit);
  }

  /** Standard normal, cut off at two standard deviations (as TensorFlow's truncated_normal). */
  truncatedNormal(): number {
    for (;;) {
      const value = Math.sqrt(-2 * Math.log(this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
      if (Math.abs(value) <= 2) return value;
    }
  }

  /** Fisher-Yates, in place; returns its argument. */
  shuffle<T extends { length: number; [index: number]: unknown }>(items: T): T {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const swapped = items[i];
      items[i] = items[j];
      items[j] = swapped;
    }
    return items;
  }
}

/** Of the 65,536 values of half a `uint32`, those that stand for zero in a mask. */
function zeroHalves(zeroFraction: number): number {
  return Math.round(zeroFraction * 0x10000);
}

/** Four 32-bit words from a text (cyrb128). */
function hash128(text: string): [number, number, number, number] {
  let [h1, h2, h3, h4] = [1779033703, 3144134277, 1013904242, 2773480762];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    h1 = h2 ^ Math.imul(h1 ^ code, 597399067);
    h2 = h3 ^ Math.imul(h2 ^ code, 2869860233);
    h3 = h4 ^ Math.imul(h3 ^ code, 951274213);
    h4 = h1 ^ Math.imul(h4 ^ code, 2716044179);
  }
  h1 = Math.imul(h3 ^ (h1 >>> 18), 597399067);
  h2 = Math.imul(h4 ^ (h2 >>> 22), 2869860233);
  h3 = Math.imul(h1 ^ (h3 >>> 17), 951274213);
  h4 = Math.imul(h2 ^ (h4 >>> 19), 2716044179);
  h1 ^= h2 ^ h3 ^ h4;
  return [h1, h2 ^ h1, h3 ^ h1, h4 ^ h1];
}
