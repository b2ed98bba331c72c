/**
 * Joins neighbouring nodes into one where ONNX Runtime has a single kernel for the pair:
 * scale and bias of a matrix product.
 */
import { type Graph, type GraphNode, sortedNodes, type Value } from './graph.ts';

/** Fuses in place; run it last, on a graph of its own. */
export function fuse(graph: Graph): void {
  const uses = countUses(graph);
  for (const node of sortedNodes(graph)) {
    fuseScale(node, uses);
    fuseBias(node, uses);
  }
}

/** Multiply(BatchMatMul(a, b), c) → BatchMatMul(a, b, alpha = c) */
function fuseScale(node: GraphNode, uses: Map<Value, number>): void {
  const [product, factor] = node.inputs;
  if (node.kernel !== 'Multiply' || typeof factor?.constant !== 'number') return;
  if (!isPrivateProduct(product!, uses)) return;
  const alpha = factor.constant * ((product!.node!.attributes.alpha as number | undefined) ?? 1);
  become(node, 'BatchMatMul', product!.node!.inputs, { ...product!.node!.attributes, alpha });
}

/** Add(BatchMatMul(a, b), bias) → Gemm(a, b, bias) for two-dimensional operands */
function fuseBias(node: GraphNode, uses: Map<Value, number>): void {
  const [product, bias] = node.inputs;
  if (node.kernel !== 'Add' || !isPrivateProduct(product!, uses) || product!.shape.length !== 2) return;
  if (bias!.shape.length !== 1 || bias!.constant !== undefined) return;
  // One column and a longer bias: the sum is wider than the product.
  if (product!.shape[1] !== node.outputs[0]!.shape[1]) return;
  become(node, 'Gemm', [...product!.node!.inputs, bias!], product!.node!.attributes);
}

function isPrivateProduct(value: Value, uses: Map<Value, number>): boolean {
  return value.node?.kernel === 'BatchMatMul' && uses.get(value) === 1;
}

function become(node: GraphNode, kernel: string, inputs: Value[], attributes: GraphNode['attributes']): void {
  Object.assign(node, { kernel, inputs, attributes });
}

function countUses(graph: Graph): Map<Value, number> {
  const uses = new Map<Value, number>();
  const count = (value: Value) => uses.set(value, (uses.get(value) ?? 0) + 1);
  for (const node of sortedNodes(graph)) node.inputs.forEach(count);
  for (const output of graph.outputs.values()) count(output);
  return uses;
}
