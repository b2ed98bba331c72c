/** The standard error of a score whose examples are not independent: those of one document belong together. */
import { groupBy } from '../../base/group.ts';

/** With more, neighbouring clusters are left out together: the error hardly changes, the time does. */
const mostGroups = 500;

/**
 * Delete-one-cluster jackknife: √((G − 1) / G · Σ (θ₍g₎ − mean)²).
 *
 * @param clusters the cluster of each example
 * @param scoreOf  the score of some examples, by their places
 * @returns undefined with fewer than two clusters, or where a score without one of them is undefined
 * @source Efron and Tibshirani, An Introduction to the Bootstrap, chapter 11
 */
export function clusteredError(
  clusters: readonly string[],
  scoreOf: (rows: readonly number[]) => number | undefined,
): number | undefined {
  const groups = groupsOf(clusters);
  if (groups.length < 2) return undefined;
  const rows = clusters.map((_, row) => row);
  const left = groups.map((group) => {
    const without = new Set(group);
    return scoreOf(rows.filter((row) => !without.has(row)));
  });
  if (!left.every((score) => score !== undefined)) return undefined;
  const G = left.length;
  const mean = left.reduce((sum, score) => sum + score, 0) / G;
  return Math.sqrt(((G - 1) / G) * left.reduce((sum, score) => sum + (score - mean) ** 2, 0));
}

function groupsOf(clusters: readonly string[]): number[][] {
  const rows = clusters.map((_, row) => row);
  const own = [...groupBy(rows, (row) => clusters[row]!).values()];
  const size = Math.ceil(own.length / mostGroups);
  return Array.from({ length: Math.ceil(own.length / size) }, (_, i) =>
    own.slice(i * size, (i + 1) * size).flat(),
  );
}
