/** Sums into the rows of a table, such as an embedding's gradient from several look-ups. */
import type { GraphNode, Value } from '../graph.ts';
import { become, type Uses } from './uses.ts';

/** Add(UnsortedSegmentSum(rows, ids), table) → AddSegments(table, rows, ids), which starts from the table, not zeros */
export function fuseSegmentSum(node: GraphNode, uses: Uses): void {
  if (node.kernel !== 'Add') return;
  for (const [value, table] of [node.inputs, node.inputs.toReversed()] as [Value, Value][]) {
    const sum = uses.privateNode(value, 'UnsortedSegmentSum');
    if (!sum || table.constant !== undefined || `${value.shape}` !== `${table.shape}`) continue;
    become(node, 'AddSegments', [table, ...sum.inputs], {});
    return;
  }
}
