/** Room for marks whose places nearly agree. */

/**
 * The places nearest to those given (by squares) in the same order, of equal ones the first first, with a gap between
 * neighbours. Pools adjacent violators, as isotonic regression does.
 *
 * @param gapOf of two neighbours, by their places in the list
 */
export function keptApart(
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
