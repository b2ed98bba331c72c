/** The shape and type that each tfjs kernel gives its result, for the kernels that our models use. */
import { explain, ShapeError } from '../../base/errors.ts';
import { sizeOf } from '../program.ts';
import type { Attributes, Value, ValueSpec, ValueType } from './graph.ts';

type Infer = (inputs: Value[], attributes: Attributes) => ValueSpec[];

/** The shape that NumPy broadcasting gives two operands. */
export function broadcastShapes(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const [x, y] = [a[a.length - rank + i] ?? 1, b[b.length - rank + i] ?? 1];
    if (x !== y && x !== 1 && y !== 1)
      throw new ShapeError(explain('broadcast', `a shape that fits [${a}]`, b));
    return x === 1 ? y : x;
  });
}

const sameAsInput: Infer = ([x]) => [{ shape: [...x!.shape], dtype: x!.dtype }];

const binary =
  (dtype?: ValueType): Infer =>
  ([a, b]) => [{ shape: broadcastShapes(a!.shape, b!.shape), dtype: dtype ?? a!.dtype }];

const reduction =
  (dtype?: ValueType): Infer =>
  ([x], { axis, keepDims }) => {
    const axes = axesOf(axis, x!.shape.length);
    const shape = x!.shape.flatMap((size, i) => (axes.includes(i) ? (keepDims ? [1] : []) : [size]));
    return [{ shape, dtype: dtype ?? x!.dtype }];
  };

/** Normalises a tfjs `axis` attribute (number, list, negative, absent) to a list of non-negative axes. */
export function axesOf(axis: unknown, rank: number): number[] {
  const list =
    axis === undefined || axis === null ? Array.from({ length: rank }, (_, i) => i) : [axis].flat();
  return (list as number[]).map((a) => (a < 0 ? a + rank : a));
}

const shapeFromAttribute =
  (name: string): Infer =>
  ([x], attributes) => [{ shape: resolveShape(attributes[name] as number[], x!.shape), dtype: x!.dtype }];

function resolveShape(shape: readonly number[], from: readonly number[]): number[] {
  const known = sizeOf(shape.filter((size) => size >= 0));
  const total = sizeOf(from);
  return shape.map((size) => (size < 0 ? total / known : size));
}

/** Inference by kernel name. A kernel that is missing here cannot be recorded. */
export const inferShapes: Record<string, Infer> = {
  Add: binary(),
  Sub: binary(),
  Multiply: binary(),
  RealDiv: binary('float32'),
  Maximum: binary(),
  Minimum: binary(),
  Greater: binary('bool'),
  Less: binary('bool'),
  NotEqual: binary('bool'),
  Neg: sameAsInput,
  Exp: sameAsInput,
  Log: sameAsInput,
  Erf: sameAsInput,
  Sigmoid: sameAsInput,
  Softplus: sameAsInput,
  Square: sameAsInput,
  Rsqrt: sameAsInput,
  Identity: sameAsInput,
  Softmax: sameAsInput,
  Cumsum: sameAsInput,
  Sum: reduction(),
  Mean: reduction('float32'),
  ArgMax: reduction('int32'),
  Reshape: shapeFromAttribute('shape'),
  Cast: ([x], { dtype }) => [{ shape: [...x!.shape], dtype: dtype as ValueType }],
  Select: ([condition, a]) => [{ shape: [...condition!.shape], dtype: a!.dtype }],
  ExpandDims: ([x], { dim }) => {
    const axis = dim as number;
    return [
      { shape: x!.shape.toSpliced(axis < 0 ? axis + x!.shape.length + 1 : axis, 0, 1), dtype: x!.dtype },
    ];
  },
  Transpose: ([x], { perm }) => [{ shape: (perm as number[]).map((i) => x!.shape[i]!), dtype: x!.dtype }],
  BatchMatMul: ([a, b], { transposeA, transposeB }) => {
    const batch = broadcastShapes(a!.shape.slice(0, -2), b!.shape.slice(0, -2));
    const [rows, inner] = lastTwo(a!, transposeA);
    const [innerToo, columns] = lastTwo(b!, transposeB);
    if (inner !== innerToo)
      throw new ShapeError(explain('matrix product', `a shape that fits [${a!.shape}]`, b!.shape));
    return [{ shape: [...batch, rows, columns], dtype: 'float32' }];
  },
  GatherV2: ([x, indices], { axis, batchDims }) => {
    if (axis !== 0 || batchDims) {
      throw new ShapeError(explain('gather', 'axis 0 without batch dimensions', { axis, batchDims }));
    }
    return [{ shape: [...indices!.shape, ...x!.shape.slice(1)], dtype: x!.dtype }];
  },
  UnsortedSegmentSum: ([x, ids], { numSegments }) => [
    { shape: [numSegments as number, ...x!.shape.slice(ids!.shape.length)], dtype: x!.dtype },
  ],
  GatherNd: ([x, indices]) => [
    { shape: [...indices!.shape.slice(0, -1), ...x!.shape.slice(indices!.shape.at(-1)!)], dtype: x!.dtype },
  ],
  TensorScatterUpdate: sameAsInput,
  Pack: (inputs, { axis }) => {
    const { shape, dtype } = inputs[0]!;
    const at = axesOf(axis ?? 0, shape.length + 1)[0]!;
    return [{ shape: shape.toSpliced(at, 0, inputs.length), dtype }];
  },
  Unpack: ([x], { axis }) => {
    const at = axesOf(axis ?? 0, x!.shape.length)[0]!;
    const shape = x!.shape.toSpliced(at, 1);
    return Array.from({ length: x!.shape[at]! }, () => ({ shape: [...shape], dtype: x!.dtype }));
  },
  Slice: ([x], { begin, size }) => [
    {
      shape: x!.shape.map((length, i) =>
        sliceLength(length, (begin as number[])[i]!, (size as number[])?.[i]),
      ),
      dtype: x!.dtype,
    },
  ],
  PadV2: ([x], { paddings }) => [
    {
      shape: x!.shape.map((s, i) => s + (paddings as number[][])[i]![0]! + (paddings as number[][])[i]![1]!),
      dtype: x!.dtype,
    },
  ],
};

/** A size that is negative or absent means all that is left. */
function sliceLength(length: number, begin: number, size = -1): number {
  return size < 0 ? length - begin : size;
}

function lastTwo({ shape }: Value, transposed: unknown): [number, number] {
  const [rows, columns] = shape.slice(-2) as [number, number];
  return transposed ? [columns, rows] : [rows, columns];
}
