/** Who reads a value: a node may only vanish into another if nothing else reads it. */
import { type Graph, type GraphNode, sortedNodes, type Value } from '../graph.ts';

export class Uses {
  readonly #counts = new Map<Value, number>();

  constructor(graph: Graph) {
    const count = (value: Value) => this.#counts.set(value, (this.#counts.get(value) ?? 0) + 1);
    for (const node of sortedNodes(graph)) node.inputs.forEach(count);
    for (const output of graph.outputs.values()) count(output);
  }

  /** The node that made a value, if it is of one of these kernels and one node alone reads the value. */
  privateNode(value: Value | undefined, ...kernels: string[]): GraphNode | undefined {
    const node = value?.node;
    return node && kernels.includes(node.kernel) && this.#counts.get(value) === 1 ? node : undefined;
  }
}

/** Makes a node compute its output in another way. */
export function become(
  node: GraphNode,
  kernel: string,
  inputs: Value[],
  attributes: GraphNode['attributes'],
): void {
  Object.assign(node, { kernel, inputs, attributes });
}
