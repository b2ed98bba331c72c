/** Balanced pairs for tasks that ask whether two texts belong together: right partners, and partners of others. */
import type { RandomStream } from '../../../base/random.ts';

export interface Pair<T> {
  first: T;
  /** The item whose second text is shown. */
  second: T;
  isMatch: boolean;
}

/**
 * As many matches as mismatches. An item is in a match with itself, or in a mismatch as first text and in another as
 * second: so every text stands once, and neither text alone says anything about the label.
 *
 * @param groupOf   mismatches are made within a group, so that the topic alone does not give them away
 * @param fits      whether two items of a group would be a match after all
 * @param count     pairs at most
 */
export function matchedPairs<T>(
  items: readonly T[],
  { groupOf, fits, count, random }: PairOptions<T>,
): Pair<T>[] {
  const groups = new Map<string | number, T[]>();
  for (const item of random.shuffle([...items])) {
    const group = groups.get(groupOf(item)) ?? [];
    groups.set(groupOf(item), group);
    group.push(item);
  }
  const halves = [...groups.values()].map((group) => halve(group, fits));
  const matches = random.shuffle(halves.flatMap(([matched]) => matched));
  const mismatches = random.shuffle(halves.flatMap(([, mismatched]) => mismatched));
  const each = Math.min(Math.floor(count / 2), matches.length, mismatches.length);
  return random.shuffle([...matches.slice(0, each), ...mismatches.slice(0, each)]);
}

export interface PairOptions<T> {
  groupOf(item: T): string | number;
  fits(first: T, second: T): boolean;
  count: number;
  random: RandomStream;
}

/** The first half matches; each of the second half is shown with its neighbour's text, the last with the first's. */
function halve<T>(group: readonly T[], fits: PairOptions<T>['fits']): [Pair<T>[], Pair<T>[]] {
  const middle = Math.floor(group.length / 2);
  const rest = group.slice(middle);
  const mismatched = rest.map((first, i) => ({
    first,
    second: rest[(i + 1) % rest.length]!,
    isMatch: false,
  }));
  return [
    group.slice(0, middle).map((item) => ({ first: item, second: item, isMatch: true })),
    mismatched.filter(({ first, second }) => first !== second && !fits(first, second)),
  ];
}
