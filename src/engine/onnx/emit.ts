/** Translates a recorded graph into an ONNX model, kernel by kernel. */
import { ShapeError } from '../../base/errors.ts';
import { type Graph, type GraphNode, sortedNodes, type Value } from '../record/graph.ts';
import { ModelBuilder } from './model-builder.ts';
import type { OnnxModel, OnnxValue } from './model-file.ts';
import { broadcasting, operators } from './operators.ts';

/**
 * @param threads that will execute an operator: with several, sums into shared rows are written another way
 * @throws {ShapeError} if the graph holds a kernel that has no ONNX counterpart here
 */
export function emitModel(name: string, graph: Graph, threads = 1): OnnxModel {
  const builder = new ModelBuilder(name, threads);
  const { nodes, inputs, outputs } = builder.model;
  for (const [name, value] of graph.inputs) {
    builder.name(value, name);
    inputs.push(describe(name, value));
  }
  for (const node of sortedNodes(graph)) emitNode(builder, node);
  for (const [name, value] of graph.outputs) {
    const from = builder.nameOf(value);
    nodes.push({ operator: 'Identity', domain: '', inputs: [from], outputs: [name], attributes: {} });
    outputs.push(describe(name, value));
  }
  return builder.model;
}

function emitNode(builder: ModelBuilder, node: GraphNode): void {
  const emit = operators[node.kernel];
  if (!emit) throw new ShapeError(`onnx engine: expected a known kernel, got ${node.kernel}`);
  const isBroadcasting = broadcasting.has(node.kernel);
  const inputs = node.inputs.map((input) => builder.nameOf(input, isBroadcasting));
  const names = [emit(builder, node, inputs)].flat();
  for (const [i, output] of node.outputs.entries()) builder.name(output, names[i]!);
}

function describe(name: string, { shape, dtype }: Value): OnnxValue {
  return { name, shape, dtype };
}
