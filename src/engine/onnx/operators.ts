/** How each kernel of a recorded graph is written in ONNX operators. */
import { sizeOf } from '../program.ts';
import type { GraphNode, Value } from '../record/graph.ts';
import { axesOf } from '../record/shapes.ts';
import type { Attributes, ModelBuilder } from './model-builder.ts';
import { type ElementType, elementTypeNumber } from './model-file.ts';

type Emit = (builder: ModelBuilder, node: GraphNode, inputs: string[]) => string | string[];

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

/** A sum over the leading axes is a product with a row of ones, which ONNX Runtime computes several times faster. */
const sum: Emit = (e, node, inputs) => {
  const [x] = node.inputs as [Value];
  const axes = axesOf(node.attributes.axis, x.shape.length);
  const isLeading = axes.length < x.shape.length && axes.every((axis) => axis < axes.length);
  if (!isLeading || x.dtype !== 'float32') return reduction('ReduceSum')(e, node, inputs);
  const rows = sizeOf(x.shape.slice(0, axes.length));
  const isMatrix = x.shape.length === 2;
  const matrix = isMatrix
    ? inputs[0]!
    : e.add('Reshape', [inputs[0]!, e.int64([rows, sizeOf(x.shape) / rows])]);
  const row = e.add('MatMul', [e.constant(1, [1, rows], 'float32'), matrix]);
  return e.add('Reshape', [row, e.int64(node.outputs[0]!.shape)]);
};

const reshape: Emit = (e, { outputs }, [x]) => e.add('Reshape', [x!, e.int64(outputs[0]!.shape)]);

const cast = (e: ModelBuilder, x: string, dtype: ElementType) =>
  e.add('Cast', [x], { to: elementTypeNumber(dtype) });

/** Rows are addressed by one index each: [N] → int64 [N, 1]. */
const rowIndices = (e: ModelBuilder, ids: string, { shape }: Value) =>
  e.add('Reshape', [cast(e, ids, 'int64'), e.int64([sizeOf(shape), 1])]);

const productFlags = ({ attributes }: GraphNode) => ({
  transA: attributes.transposeA ? 1 : 0,
  transB: attributes.transposeB ? 1 : 0,
  alpha: { float: (attributes.alpha as number | undefined) ?? 1 },
});

const matrixProduct: Emit = (e, node, inputs) => {
  const { transposeA, transposeB, alpha } = node.attributes;
  const isGradient = transposeA && !transposeB && node.outputs[0]!.shape.length === 2;
  if (isGradient && e.products === 'whole') return transposedProduct(e, node, inputs);
  if (e.products === 'plain') return plainProduct(e, node, inputs);
  if (!transposeA && !transposeB && alpha === undefined) return e.add('MatMul', inputs);
  return e.add('FusedMatMul', inputs, productFlags(node), 'com.microsoft');
};

/**
 * aᵀ · b, a weight's gradient. A first factor that is flagged as transposed is copied panel by panel, which is slow; so
 * the narrower of the two is transposed as a whole, b by way of (bᵀ · a)ᵀ.
 */
const transposedProduct: Emit = (e, node, [a, b]) => {
  const [columnsOfA, columnsOfB] = node.inputs.map(({ shape }) => shape[1]!) as [number, number];
  const transpose = (x: string) => e.add('Transpose', [x], { perm: { ints: [1, 0] } });
  const plain = { ...node, attributes: { ...node.attributes, transposeA: false } };
  const product = (x: string, y: string) => matrixProduct(e, plain, [x, y]) as string;
  return columnsOfA > columnsOfB ? transpose(product(transpose(b!), a!)) : product(transpose(a!), b!);
};

const plainProduct: Emit = (e, { inputs, attributes }, [a, b]) => {
  const transposed = (name: string, { shape }: Value, isTransposed: unknown) => {
    const [rows, columns] = [shape.length - 2, shape.length - 1];
    const perm = { ints: [...shape.keys()].slice(0, -2).concat(columns, rows) };
    return isTransposed ? e.add('Transpose', [name], { perm }) : name;
  };
  const factors = [
    transposed(a!, inputs[0]!, attributes.transposeA),
    transposed(b!, inputs[1]!, attributes.transposeB),
  ];
  const product = e.add('MatMul', factors);
  const alpha = attributes.alpha as number | undefined;
  return alpha === undefined ? product : e.add('Mul', [product, e.constant(alpha, [], 'float32')]);
};

const gemm: Emit = (e, node, inputs) => {
  const beta = { float: (node.attributes.beta as number | undefined) ?? 1 };
  return e.add('Gemm', inputs, { ...productFlags(node), beta });
};

/** Adds rows [N, …] to those rows of a table that the ids [N] name. */
const addSegments: Emit = (e, { inputs: [table, x, ids] }, [into, rows, at]) => {
  const count = sizeOf(ids!.shape);
  const rowShape = table!.shape.slice(1);
  const indices = rowIndices(e, at!, ids!);
  if (e.threads === 1) {
    const updates = e.add('Reshape', [rows!, e.int64([count, ...rowShape])]);
    return e.add('ScatterND', [into!, indices, updates], { reduction: 'add' });
  }
  // On several threads ONNX Runtime's ScatterND loses sums into a row that two of them write at once.
  const flat = (name: string, n: number) => e.add('Reshape', [name, e.int64([n, sizeOf(rowShape)])]);
  const everyColumn = e.add('Expand', [indices, e.int64([count, sizeOf(rowShape)])]);
  const operands = [
    flat(into!, table!.shape[0]!),
    everyColumn,
    flat(rows!, sizeOf(x!.shape) / sizeOf(rowShape)),
  ];
  const sums = e.add('ScatterElements', operands, { axis: 0, reduction: 'add' });
  return e.add('Reshape', [sums, e.int64(table!.shape)]);
};

/** Kernels that take one element for a tensor of equal ones. */
export const broadcasting = new Set([
  'Add',
  'Sub',
  'Multiply',
  'RealDiv',
  'Maximum',
  'Minimum',
  'Select',
  'Greater',
  'Less',
  'NotEqual',
]);

export const operators: Record<string, Emit> = {
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
  Sum: sum,
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
  UnsortedSegmentSum: (e, node, names) => {
    const [{ shape, dtype }] = node.outputs as [Value];
    const zeros: Value = { id: -1, shape, dtype, constant: 0 };
    return addSegments(e, { ...node, inputs: [zeros, ...node.inputs] }, [e.nameOf(zeros), ...names]);
  },
  AddSegments: addSegments,
  LayerNorm: (e, { attributes }, inputs) => {
    const options = { axis: -1, epsilon: { float: attributes.epsilon as number } };
    return e.addMany('LayerNormalization', inputs, 3, options);
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
