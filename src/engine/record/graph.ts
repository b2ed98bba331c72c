/** The recorded form of a program: values, and nodes named after the tfjs kernels that made them. */
import type { DataType } from '@tensorflow/tfjs-core';
import { explain, ShapeError } from '../../base/errors.ts';
import { sizeOf } from '../program.ts';

export type ValueType = 'float32' | 'int32' | 'bool';

/** One tensor of the graph. Exactly one of `input`, `constant` and `node` says where it comes from. */
export interface Value {
  id: number;
  shape: number[];
  dtype: ValueType;
  input?: string;
  constant?: Constant;
  node?: GraphNode;
}

/** Known content. A number means that all elements are equal, whatever the shape. */
export type Constant = number | Float32Array | Int32Array | Uint8Array;

export interface GraphNode {
  /** A tfjs kernel name, or one of the few that simplification and fusion introduce (`Broadcast`, `Gemm`, …). */
  kernel: string;
  inputs: Value[];
  attributes: Attributes;
  outputs: Value[];
}

export type Attributes = Record<string, unknown>;

export interface Graph {
  inputs: Map<string, Value>;
  outputs: Map<string, Value>;
}

/** Makes values and nodes with ids unique within one recording. */
export class GraphBuilder {
  #nextId = 0;

  input(name: string, shape: readonly number[], dtype: ValueType): Value {
    return { id: this.#nextId++, shape: [...shape], dtype, input: name };
  }

  constant(constant: Constant, shape: readonly number[], dtype: ValueType): Value {
    return { id: this.#nextId++, shape: [...shape], dtype, constant };
  }

  node(kernel: string, inputs: Value[], attributes: Attributes, results: ValueSpec[]): Value[] {
    const node: GraphNode = { kernel, inputs, attributes, outputs: [] };
    node.outputs = results.map(({ shape, dtype }) => ({ id: this.#nextId++, shape, dtype, node }));
    return node.outputs;
  }
}

export interface ValueSpec {
  shape: number[];
  dtype: ValueType;
}

/** Nodes that the outputs need, each after the nodes it reads. */
export function sortedNodes(graph: Graph): GraphNode[] {
  const sorted: GraphNode[] = [];
  const seen = new Set<GraphNode>();
  const stack: { node: GraphNode; next: number }[] = [];
  const enter = (value: Value | undefined) => {
    const node = value?.node;
    if (!node || seen.has(node)) return;
    seen.add(node);
    stack.push({ node, next: 0 });
  };
  for (const output of graph.outputs.values()) {
    enter(output);
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      if (top.next < top.node.inputs.length) enter(top.node.inputs[top.next++]);
      else sorted.push(stack.pop()!.node);
    }
  }
  return sorted;
}

/** FLOPs of all matrix products, two for each multiply-add. */
export function matrixProductFlops(graph: Graph): number {
  let flops = 0;
  for (const { kernel, inputs, attributes, outputs } of sortedNodes(graph)) {
    if (kernel !== 'BatchMatMul' && kernel !== 'Gemm') continue;
    const inner = inputs[0]!.shape.at(attributes.transposeA ? -2 : -1)!;
    flops += 2 * inner * sizeOf(outputs[0]!.shape);
  }
  return flops;
}

export function asValueType(dtype: DataType): ValueType {
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') return dtype;
  throw new ShapeError(explain('recorded program', 'float32, int32 or bool tensors', dtype));
}
