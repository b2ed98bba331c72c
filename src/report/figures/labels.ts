/** Words and marks in a drawing: how wide they are, roughly, how far apart they stand, and what they say. */
import { type Measure, show } from '../metric-display.ts';
import { colourOf, type SeriesSymbol, symbolOf } from './palette.ts';
import type { Sample, Spread } from './series.ts';

const letterWidth = 6.4;

export function widthOf(words: string): number {
  return Math.ceil(words.length * letterWidth);
}

export function cut(words: string, most = 26): string {
  return words.length <= most ? words : `${words.slice(0, most - 1)}…`;
}

/** `joint: 56.2 % (n = 5, 95 % interval 54.1 % to 58.2 %)`, for a hovering pointer. */
export function describeSpread(name: string, measure: Measure, { n, mean, low, high }: Spread): string {
  const interval = low === undefined ? '' : `, 95 % interval ${show(measure, low)} to ${show(measure, high)}`;
  return `${name}: ${show(measure, mean)} (n = ${n}${interval})`;
}

export function describeSample(name: string, measure: Measure, { seed, value, hasFailed }: Sample): string {
  return `${name}, seed ${seed}: ${show(measure, value)}${hasFailed ? ', failed to learn' : ''}`;
}

/** Of fine-tuning seeds, around a run's score. */
export function describeRange(name: string, measure: Measure, { seed, range }: Sample): string {
  const [low, high] = range!.map((value) => show(measure, value));
  return `${name}, seed ${seed}: fine-tuning seeds from ${low} to ${high}`;
}

/** A mean of one seed is that seed: it is drawn once. */
export function seedsBeside(samples: readonly Sample[]): readonly Sample[] {
  return samples.length > 1 ? samples : samples.filter(({ hasFailed }) => hasFailed);
}

/** Seeds are small, and stand beside the mean so that it hides none; one that failed to learn is a cross. */
export const seedOffset = 9;

export function seedStyle(index: number, hasFailed: boolean) {
  const colour = colourOf(index);
  return hasFailed
    ? { symbol: 'times' as const, stroke: colour, strokeWidth: 1.5, r: 3 }
    : { symbol: 'circle' as const, fill: colour, stroke: 'var(--surface)', strokeWidth: 0.75, r: 2.8 };
}

export function haveAllFailed(samples: readonly Sample[]): boolean {
  return samples.every(({ hasFailed }) => hasFailed);
}

/** Hollow where no seed learned. */
export function meanStyle(index: number, isHollow: boolean) {
  const symbol: SeriesSymbol = symbolOf(index);
  return isHollow
    ? { symbol, fill: 'var(--surface)', stroke: colourOf(index), strokeWidth: 1.75, r: 5 }
    : { symbol, fill: colourOf(index), stroke: 'var(--surface)', strokeWidth: 1, r: 5.5 };
}

/**
 * The places nearest to those given (by squares) in the same order, of equal ones the first first, with a gap between
 * neighbours. Pools adjacent violators, as isotonic regression does.
 *
 * @param gapOf of two neighbours, by their places in the list
 */
export function spaceApart(
  places: readonly number[],
  gapOf: (before: number, after: number) => number,
): number[] {
  const order = places.map((_, i) => i).sort((a, b) => places[a]! - places[b]!);
  const offsets: number[] = [];
  const blocks: Block[] = [];
  for (const [rank, member] of order.entries()) {
    offsets.push(rank === 0 ? 0 : offsets[rank - 1]! + gapOf(order[rank - 1]!, member));
    let block: Block = { start: places[member]! - offsets[rank]!, members: [member] };
    while (blocks.length > 0 && blocks.at(-1)!.start > block.start) block = joined(blocks.pop()!, block);
    blocks.push(block);
  }
  const kept = [...places];
  const ranked = blocks.flatMap(({ start, members }) => members.map((member) => ({ start, member })));
  for (const [rank, { start, member }] of ranked.entries()) kept[member] = start + offsets[rank]!;
  return kept;
}

/** Neighbours that push one another: each stands at the start and the gaps before it. */
interface Block {
  start: number;
  members: number[];
}

function joined(a: Block, b: Block): Block {
  const [m, n] = [a.members.length, b.members.length];
  return { start: (m * a.start + n * b.start) / (m + n), members: [...a.members, ...b.members] };
}
