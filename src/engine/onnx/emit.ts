/** Translates a recorded graph into an ONNX model, kernel by kernel. */
import { bytesOf } from '../../base/atomic-files.ts';
import { ShapeError } from '../../base/errors.ts';
import { sizeOf } from '../program.ts';
import { type Constant, type Graph, type GraphNode, sortedNodes, type Value } from '../record/graph.ts';
import { axesOf } from '../record/shapes.ts';
import {
  type Attribute,
  type ElementType,
  elementTypeNumber,
  type OnnxModel,
  type OnnxValue,
} from './model-file.ts';

type Attributes = Record<string, Attribute>;
type Emit = (emitter: Emitter, node: GraphNode, inputs: string[]) => string | string[];

/**
 * @param threads that will execute an operator: with several, sums into shared rows are written another way
 * @throws {ShapeError} if the graph holds a kernel that has no ONNX counterpart here
 */
export function emitModel(name: string, graph: Graph, threads = 1): OnnxModel {
  return new Emitter(name, threads).emitGraph(graph);
}

class Emitter {
  readonly #model: OnnxModel;
  readonly #names = new Map<Value, string>();
  readonly #constants = new Map<string, string>();

  readonly threads: number;

  constructor(name: string, threads: number) {
    this.threads = threads;
    this.#model = { name, nodes: [], constants: [], inputs: [], outputs: [] };
  }

  emitGraph(graph: Graph): OnnxModel {
    for (const [name, value] of graph.inputs) {
      this.#names.set(value, name);
      this.#model.inputs.push(describe(name, value));
    }
    for (const node of sortedNodes(graph)) this.#emitNode(node);
    for (const [name, value] of graph.outputs) {
      this.#model.nodes.push(plainNode('Identity', [this.nameOf(value)], [name]));
      this.#model.outputs.push(describe(name, value));
    }
    return this.#model;
  }

  #emitNode(node: GraphNode): void {
    const emit = emitters[node.kernel];
    if (!emit) throw new ShapeError(`onnx engine: expected a known kernel, got ${node.kernel}`);
    const isBroadcasting = broadcasting.has(node.kernel);
    const names = emit(
      this,
      node,
      node.inputs.map((input) => this.nameOf(input, isBroadcasting)),
    );
    for (const [i, output] of node.outputs.entries()) this.#names.set(output, [names].flat()[i]!);
  }

  /** @param asScalar a uniform constant may then be written as one element */
  nameOf(value: Value, asScalar = false): string {
    const known = this.#names.get(value);
    if (known) return known;
    const shape = asScalar && typeof value.constant === 'number' ? [] : value.shape;
    return this.constant(value.constant!, shape, value.dtype);
  }

  add(operator: string, inputs: string[], attributes: Attributes = {}, domain = ''): string {
    const output = `t${this.#model.nodes.length}`;
    this.#model.nodes.push({ operator, domain, inputs, outputs: [output], attributes });
    return output;
  }

  addMany(operator: string, inputs: string[], count: number, attributes: Attributes): string[] {
    const outputs = Array.from({ length: count }, (_, i) => `t${this.#model.nodes.length}_${i}`);
    this.#model.nodes.push({ operator, domain: '', inputs, outputs, attributes });
    return outputs;
  }

  int64(values: readonly number[], shape: readonly number[] = [values.length]): string {
    const data = BigInt64Array.from(values, BigInt);
    return this.#store(`int64 [${shape}] ${values}`, shape, 'int64', bytesOf(data));
  }

  constant(constant: Constant, shape: readonly number[], dtype: ElementType): string {
    const data = typeof constant === 'number' ? uniform(constant, sizeOf(shape), dtype) : constant;
    const key = typeof constant === 'number' ? `${dtype} [${shape}] ${constant}` : undefined;
    return this.#store(key, shape, dtype, bytesOf(data));
  }

  #store(key: string | undefined, shape: readonly number[], dtype: ElementType, data: Uint8Array): string {
    const known = key === undefined ? undefined : this.#constants.get(key);
    if (known) return known;
    const name = `c${this.#model.constants.length}`;
    this.#model.constants.push({ name, shape, dtype, data });
    if (key !== undefined) this.#constants.set(key, name);
    return name;
  }
}

const simple =
  (operator: string, attributes?: Attributes): Emit =>
  (e, _, inputs) =>
    e.add(operator, inputs, attributes);

const reduction =
  (operator: string): Emit =>
  (e, { inputs, attributes }, [x]) => {
    const axes = axesOf(attributes.axis, inputs[0]!.shape.length);
    return e.add(operator, [x!, e.int64(axes)], { keepdims: attributes.keepDims ? 1 : 0 });
  };

const reshape: Emit = (e, { outputs }, [x]) => e.add('Reshape', [x!, e.int64(outputs[0]!.shape)]);

const cast = (e: Emitter, x: string, dtype: ElementType) =>
  e.add('Cast', [x], { to: elementTypeNumber(dtype) });

/** Rows are addressed by one index each: [N] → int64 [N, 1]. */
const rowIndices = (e: Emitter, ids: string, { shape }: Value) =>
  e.add('Reshape', [cast(e, ids, 'int64'), e.int64([sizeOf(shape), 1])]);

const productFlags = ({ attributes }: GraphNode) => ({
  transA: attributes.transposeA ? 1 : 0,
  transB: attributes.transposeB ? 1 : 0,
  alpha: { float: (attributes.alpha as number | undefined) ?? 1 },
});

const matrixProduct: Emit = (e, node, inputs) => {
  const { transposeA, transposeB, alpha } = node.attributes;
  if (!transposeA && !transposeB && alpha === undefined) return e.add('MatMul', inputs);
  return e.add('FusedMatMul', inputs, productFlags(node), 'com.microsoft');
};

const gemm: Emit = (e, node, inputs) => e.add('Gemm', inputs, productFlags(node));

const broadcasting = new Set([
  ...['Add', 'Sub', 'Multiply', 'RealDiv', 'Maximum', 'Minimum', 'Select'],
  ...['Greater', 'Less', 'NotEqual'],
]);

const emitters: Record<string, Emit> = {
  Add: simple('Add'),
  Sub: simple('Sub'),
  Multiply: simple('Mul'),
  RealDiv: simple('Div'),
  Maximum: simple('Max'),
  Minimum: simple('Min'),
  Greater: simple('Greater'),
  Less: simple('Less'),
  NotEqual: (e, _, inputs) => e.add('Not', [e.add('Equal', inputs)]),
  Select: simple('Where'),
  Neg: simple('Neg'),
  Exp: simple('Exp'),
  Log: simple('Log'),
  Erf: simple('Erf'),
  Sigmoid: simple('Sigmoid'),
  Softplus: simple('Softplus'),
  Square: (e, _, [x]) => e.add('Mul', [x!, x!]),
  Rsqrt: (e, _, [x]) => e.add('Reciprocal', [e.add('Sqrt', [x!])]),
  Softmax: simple('Softmax', { axis: -1 }),
  Cumsum: (e, { inputs, attributes }, [x]) => {
    const axis = e.int64(axesOf(attributes.axis, inputs[0]!.shape.length), []);
    const flags = { exclusive: attributes.exclusive ? 1 : 0, reverse: attributes.reverse ? 1 : 0 };
    return e.add('CumSum', [x!, axis], flags);
  },
  Sum: reduction('ReduceSum'),
  Mean: reduction('ReduceMean'),
  ArgMax: (e, { inputs, attributes }, [x]) => {
    const axis = axesOf(attributes.axis, inputs[0]!.shape.length)[0]!;
    return cast(e, e.add('ArgMax', [x!], { axis, keepdims: 0 }), 'int32');
  },
  Reshape: reshape,
  ExpandDims: reshape,
  Cast: (e, { outputs }, [x]) => cast(e, x!, outputs[0]!.dtype),
  Broadcast: (e, { outputs }, [x]) => e.add('Expand', [x!, e.int64(outputs[0]!.shape)]),
  Transpose: (e, { attributes }, inputs) =>
    e.add('Transpose', inputs, { perm: { ints: attributes.perm as number[] } }),
  BatchMatMul: matrixProduct,
  Gemm: gemm,
  GatherV2: simple('Gather'),
  UnsortedSegmentSum: (e, { inputs, outputs }, [x, ids]) => {
    const zeros = e.constant(0, outputs[0]!.shape, outputs[0]!.dtype);
    const rows = e.add('Reshape', [x!, e.int64([sizeOf(inputs[1]!.shape), ...outputs[0]!.shape.slice(1)])]);
    const indices = rowIndices(e, ids!, inputs[1]!);
    if (e.threads === 1) return e.add('ScatterND', [zeros, indices, rows], { reduction: 'add' });
    // On several threads ONNX Runtime's ScatterND loses sums into a row that two of them write at once.
    const rowSize = sizeOf(outputs[0]!.shape.slice(1));
    const flatRows = e.add('Reshape', [rows, e.int64([sizeOf(inputs[1]!.shape), rowSize])]);
    const flatZeros = e.constant(0, [outputs[0]!.shape[0]!, rowSize], outputs[0]!.dtype);
    const everyColumn = e.add('Expand', [indices, e.int64([sizeOf(inputs[1]!.shape), rowSize])]);
    const sums = e.add('ScatterElements', [flatZeros, everyColumn, flatRows], { axis: 0, reduction: 'add' });
    return e.add('Reshape', [sums, e.int64(outputs[0]!.shape)]);
  },
  GatherNd: (e, _, [x, indices]) => e.add('GatherND', [x!, cast(e, indices!, 'int64')]),
  TensorScatterUpdate: (e, _, [x, indices, updates]) =>
    e.add('ScatterND', [x!, cast(e, indices!, 'int64'), updates!]),
  Pack: (e, { attributes, inputs }, names) => {
    const axis = axesOf(attributes.axis ?? 0, inputs[0]!.shape.length + 1)[0]!;
    const expanded = names.map((name) => e.add('Unsqueeze', [name, e.int64([axis])]));
    return e.add('Concat', expanded, { axis });
  },
  Unpack: (e, { attributes, inputs, outputs }, [x]) => {
    const axis = axesOf(attributes.axis ?? 0, inputs[0]!.shape.length)[0]!;
    const parts = e.addMany('Split', [x!], outputs.length, { axis, num_outputs: outputs.length });
    return parts.map((part) => e.add('Squeeze', [part, e.int64([axis])]));
  },
  Slice: (e, { attributes, outputs }, [x]) => {
    const begin = attributes.begin as number[];
    const end = begin.map((start, i) => start + outputs[0]!.shape[i]!);
    return e.add('Slice', [x!, e.int64(begin), e.int64(end)]);
  },
  PadV2: (e, { attributes }, [x]) => {
    const paddings = attributes.paddings as [number, number][];
    const pads = [...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)];
    const value = e.constant((attributes.constantValue as number | undefined) ?? 0, [], 'float32');
    return e.add('Pad', [x!, e.int64(pads), value]);
  },
};

function plainNode(operator: string, inputs: string[], outputs: string[]) {
  return { operator, domain: '', inputs, outputs, attributes: {} };
}

function describe(name: string, { shape, dtype }: Value): OnnxValue {
  return { name, shape, dtype };
}

function uniform(value: number, size: number, dtype: ElementType): Float32Array | Int32Array | Uint8Array {
  if (dtype === 'float32') return new Float32Array(size).fill(value);
  return dtype === 'int32' ? new Int32Array(size).fill(value) : new Uint8Array(size).fill(value);
}
