/** The sentence that ends a sweep with one seed of each arm: what was seen, and that it decides nothing. */
import { measureNamed, show } from '../report/metric-display.ts';
import type { ClaimRow } from '../report/verdict-rows.ts';
import { measuredBy } from '../report/verdict-words.ts';

interface Seen {
  arm: string;
  value: number;
}

/**
 * `Seen once, by mean downstream score: bert 52.3 %, joint 48.5 % and adversarial 34.3 % (failed to learn); …`
 *
 * @param failed arms that failed to learn
 * @returns lines to print, the best arm first: none where an arm has more seeds, or where nothing was measured
 */
export function seenOnce(claims: readonly ClaimRow[], failed: readonly string[]): string[] {
  const [first] = claims.filter(({ role }) => role !== 'secondary');
  const hasMore = claims.some(({ seedsAhead, seedsBehind }) => Math.max(seedsAhead, seedsBehind) > 1);
  if (!first || hasMore) return [];
  const measure = measureNamed(first.metric);
  const arms = seenBy(first.metric, claims).map(
    ({ arm, value }) => `${arm} ${show(measure, value)}${failed.includes(arm) ? ' (failed to learn)' : ''}`,
  );
  if (arms.length === 0) return [];
  return [`Seen once, by ${measuredBy(first)}: ${listed(arms)}; one seed of each arm decides nothing.`];
}

function seenBy(metric: string, claims: readonly ClaimRow[]): Seen[] {
  const sides = claims
    .filter((claim) => claim.metric === metric)
    .flatMap(({ ahead, behind, meanAhead, meanBehind }) => [
      [ahead, meanAhead] as const,
      [behind, meanBehind] as const,
    ]);
  return [...new Map(sides)]
    .flatMap(([arm, value]) => (value === undefined ? [] : [{ arm, value }]))
    .sort((a, b) => b.value - a.value);
}

function listed(items: readonly string[]): string {
  return new Intl.ListFormat('en-GB').format(items);
}
