/**
 * Learns a WordPiece vocabulary from word counts: characters first, then, again and again, the commonest pair of
 * neighbours becomes one piece.
 *
 * The order of merges is by frequency (as Hugging Face's trainer for BERT has it), not by the likelihood gain of
 * the first WordPiece paper, whose code was never published.
 */
import { ConfigError } from '../../base/errors.ts';
import { specialTokens, Vocabulary } from './vocabulary.ts';
import { maxWordLength } from './wordpiece.ts';

/** Characters beyond the commonest so many get no entry; a word with one of them is [UNK]. */
const alphabetLimit = 1000;

/** A pair seen once teaches nothing about other text. */
const minPairCount = 2;

/**
 * A vocabulary of `size` entries, or fewer if the words have no more pairs to merge.
 *
 * A pure function of its arguments: the order of the map does not matter, ties go to the pair of older pieces.
 *
 * @throws {ConfigError} if the special tokens and characters alone need more entries
 */
export function trainVocabulary(counts: ReadonlyMap<string, number>, size: number): Vocabulary {
  const trainer = new Trainer(counts, size);
  while (trainer.tokens.length < size && trainer.mergeCommonestPair()) {}
  return new Vocabulary(trainer.tokens);
}

interface Pair {
  left: number;
  right: number;
  count: number;
}

class Trainer {
  readonly tokens: string[] = [...specialTokens];
  readonly #ids = new Map<string, number>();
  readonly #words: { pieces: number[]; count: number }[] = [];
  readonly #pairCounts = new Map<number, number>();
  /** Words in which a pair stood at some time; they may have lost it since, or be listed twice. */
  readonly #pairWords = new Map<number, number[]>();
  /** Counts in the queue may be out of date, and are checked when they come out. */
  readonly #queue = new PairQueue();

  constructor(counts: ReadonlyMap<string, number>, size: number) {
    const alphabet = alphabetOf(counts);
    const inner = charactersInside(counts.keys());
    for (const character of alphabet) this.#idFor(character);
    for (const character of alphabet) if (inner.has(character)) this.#idFor(`##${character}`);
    if (this.tokens.length > size) {
      const need = `the special tokens, ${alphabet.length} characters, and those again that stand inside words`;
      throw new ConfigError(
        `data.vocabularySize: expected at least ${this.tokens.length} (${need}), got ${size}; write a larger number`,
      );
    }
    for (const word of [...counts.keys()].sort()) this.#addWord(word, counts.get(word)!);
    for (const key of this.#pairCounts.keys()) this.#enqueue(key);
  }

  /** @returns false when no pair is left that is worth an entry */
  mergeCommonestPair(): boolean {
    for (let pair = this.#queue.pop(); pair; pair = this.#queue.pop()) {
      const key = keyOf(pair.left, pair.right);
      if (this.#pairCounts.get(key) !== pair.count) this.#enqueue(key);
      else {
        this.#merge(pair);
        return true;
      }
    }
    return false;
  }

  #merge({ left, right }: Pair): void {
    const key = keyOf(left, right);
    const merged = this.#idFor(this.tokens[left]! + this.tokens[right]!.slice(2));
    const places = this.#pairWords.get(key)!;
    this.#pairWords.delete(key);
    const changed = new Set<number>();
    for (const place of places) {
      const word = this.#words[place]!;
      const pieces = mergeIn(word.pieces, left, right, merged);
      if (pieces.length === word.pieces.length) continue;
      for (const pair of pairsOf(word.pieces)) this.#count(pair, -word.count);
      for (const pair of pairsOf(pieces)) {
        this.#count(pair, word.count);
        if (Math.floor(pair / radix) === merged || pair % radix === merged)
          changed.add(this.#locate(pair, place));
      }
      word.pieces = pieces;
    }
    for (const pair of changed) this.#enqueue(pair);
  }

  #addWord(word: string, count: number): void {
    const characters = [...word];
    if (characters.length > maxWordLength) return;
    const pieces = characters.map((character, i) => this.#ids.get(i === 0 ? character : `##${character}`));
    if (pieces.includes(undefined)) return;
    const place = this.#words.push({ pieces: pieces as number[], count }) - 1;
    for (const pair of pairsOf(pieces as number[])) {
      this.#count(pair, count);
      this.#locate(pair, place);
    }
  }

  /** Two ways to one spelling (`a ##bc`, `ab ##c`) share its entry. */
  #idFor(token: string): number {
    const known = this.#ids.get(token);
    if (known !== undefined) return known;
    this.#ids.set(token, this.tokens.length);
    return this.tokens.push(token) - 1;
  }

  #count(pair: number, change: number): void {
    const count = (this.#pairCounts.get(pair) ?? 0) + change;
    if (count === 0) this.#pairCounts.delete(pair);
    else this.#pairCounts.set(pair, count);
  }

  #locate(pair: number, place: number): number {
    const places = this.#pairWords.get(pair);
    if (!places) this.#pairWords.set(pair, [place]);
    else if (places.at(-1) !== place) places.push(place);
    return pair;
  }

  #enqueue(key: number): void {
    const count = this.#pairCounts.get(key) ?? 0;
    if (count >= minPairCount) this.#queue.push({ left: Math.floor(key / radix), right: key % radix, count });
  }
}

/** Two ids in one number, exact below 2⁵³. */
const radix = 2 ** 24;

function keyOf(left: number, right: number): number {
  return left * radix + right;
}

function pairsOf(pieces: readonly number[]): number[] {
  return pieces.slice(1).map((right, i) => keyOf(pieces[i]!, right));
}

function mergeIn(pieces: readonly number[], left: number, right: number, merged: number): number[] {
  const result: number[] = [];
  for (let i = 0; i < pieces.length; i++) {
    const isPair = pieces[i] === left && pieces[i + 1] === right;
    result.push(isPair ? merged : pieces[i]!);
    if (isPair) i++;
  }
  return result;
}

/** The commonest characters, in the order of their code points. */
function alphabetOf(counts: ReadonlyMap<string, number>): string[] {
  const seen = new Map<string, number>();
  for (const [word, count] of counts) {
    for (const character of word) seen.set(character, (seen.get(character) ?? 0) + count);
  }
  const codePoint = (character: string) => character.codePointAt(0)!;
  const commonest = [...seen].sort((a, b) => b[1] - a[1] || codePoint(a[0]) - codePoint(b[0]));
  return commonest
    .slice(0, alphabetLimit)
    .map(([character]) => character)
    .sort((a, b) => codePoint(a) - codePoint(b));
}

/** Characters of the words that have more than one: punctuation stands alone, and needs no entry with `##`. */
function charactersInside(words: Iterable<string>): Set<string> {
  const inside = new Set<string>();
  for (const word of words) {
    const characters = [...word];
    if (characters.length > 1) for (const character of characters) inside.add(character);
  }
  return inside;
}

/** A binary heap: the largest count comes out first; of equal counts, the pair with the smaller ids. */
class PairQueue {
  readonly #heap: Pair[] = [];

  push(pair: Pair): void {
    let place = this.#heap.push(pair) - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!isBefore(pair, this.#heap[parent]!)) break;
      this.#heap[place] = this.#heap[parent]!;
      place = parent;
    }
    this.#heap[place] = pair;
  }

  pop(): Pair | undefined {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (first && last && this.#heap.length > 0) this.#sink(last);
    return first;
  }

  #sink(pair: Pair): void {
    const heap = this.#heap;
    let place = 0;
    for (let child = 1; child < heap.length; child = 2 * place + 1) {
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!isBefore(heap[child]!, pair)) break;
      heap[place] = heap[child]!;
      place = child;
    }
    heap[place] = pair;
  }
}

function isBefore(a: Pair, b: Pair): boolean {
  return a.count - b.count > 0 || (a.count === b.count && (a.left - b.left || a.right - b.right) < 0);
}
