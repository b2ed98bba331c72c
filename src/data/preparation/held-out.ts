/** Chooses the documents that no model trains on: a function of their text alone, so that every run keeps the same. */
import type { Digest } from './thread-jobs.ts';

/**
 * Which documents of one corpus are held out.
 *
 * Documents are visited in the order of their texts' hashes. Each is taken that still fits into
 * `fraction` of the corpus's words; if none fits, the shortest is taken. So a corpus of a few long books gives up
 * its short ones, and never more than it was asked for when a choice exists. Equal texts go the same way, and at
 * least one text stays for training.
 *
 * @param fraction in [0, 1)
 * @returns for each document whether it is held out
 */
export function chooseHeldOut(documents: readonly Digest[], fraction: number): boolean[] {
  const lengths = new Map<string, number>();
  for (const { textHash, words } of documents) lengths.set(textHash, (lengths.get(textHash) ?? 0) + words);
  const chosen = fraction > 0 && lengths.size > 1 ? fill(lengths, fraction) : new Set<string>();
  return documents.map(({ textHash }) => chosen.has(textHash));
}

function fill(lengths: ReadonlyMap<string, number>, fraction: number): Set<string> {
  const total = [...lengths.values()].reduce((sum, length) => sum + length, 0);
  const inOrder = [...lengths].sort(([a], [b]) => (a < b ? -1 : 1));
  const chosen = new Set<string>();
  let room = fraction * total;
  for (const [hash, length] of inOrder) {
    if (length > room || chosen.size === lengths.size - 1) continue;
    chosen.add(hash);
    room -= length;
  }
  if (chosen.size === 0) chosen.add(inOrder.reduce((a, b) => (b[1] < a[1] ? b : a))[0]);
  return chosen;
}
