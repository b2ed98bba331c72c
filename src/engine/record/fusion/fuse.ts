/** Joins neighbouring nodes into one where ONNX Runtime has a single kernel for them. */
import { type Graph, sortedNodes } from '../graph.ts';
import { fuseLayerNorm } from './layer-norm.ts';
import { fuseBias, fuseFactors, fuseScale } from './products.ts';
import { fuseSegmentSum } from './segment-sums.ts';
import { Uses } from './uses.ts';

/** Fuses in place; run it last, on a graph of its own. */
export function fuse(graph: Graph): void {
  const uses = new Uses(graph);
  for (const node of sortedNodes(graph)) {
    fuseFactors(node);
    fuseScale(node, uses);
    fuseBias(node, uses);
    fuseSegmentSum(node, uses);
    fuseLayerNorm(node);
  }
}
