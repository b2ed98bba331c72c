/** Every kernel that can be recorded, as a small program that both engines execute. */
import { describe, expect, it } from 'vitest';
import type { InputSpec, Program } from '../../src/engine/program.ts';
import { record } from '../../src/engine/record/recorder.ts';
import { inferShapes } from '../../src/engine/record/shapes.ts';
import { type Tensor, tf } from '../../src/engine/tensors.ts';
import {
  type Arrays,
  float,
  int,
  javascript,
  kernelsOf,
  onnx,
  programOf,
  randomInputs,
  runOnce,
  worstDifference,
} from '../helpers/engines.ts';

interface Case {
  kernel: string;
  law: string;
  program: Program;
  values: Arrays;
}

const cases: Case[] = [];

function kernel(
  name: string,
  law: string,
  inputs: Record<string, InputSpec>,
  compute: (inputs: Record<string, Tensor>) => Tensor | Record<string, Tensor>,
  values: Arrays = {},
): void {
  const program = programOf(inputs, compute);
  cases.push({ kernel: name, law, program, values: { ...randomInputs(program), ...values } });
}

/** d(sum of weights · f(x)) / dx, with weights that differ from element to element. */
function gradientOf(f: (x: Tensor) => Tensor): (x: Tensor) => Tensor {
  return tf.grad((x) => {
    const y = f(x);
    const weights = Float32Array.from({ length: y.size }, (_, i) => Math.sin(i + 1));
    return tf.sum(tf.mul(y, tf.tensor(weights, y.shape)));
  });
}

const positive = Float32Array.of(0.5, 1, 2, 3, 4, 8);
const extremes = Float32Array.of(-1000, -90, -1, 0, 1, 90, 1000, 1e-3);
const [x23, ids] = [float(2, 3), Int32Array.of(2, 0, 2, 2, 1, 0)];

for (const [name, f] of [
  ['Add', tf.add],
  ['Sub', tf.sub],
  ['Multiply', tf.mul],
  ['RealDiv', tf.div],
  ['Maximum', tf.maximum],
  ['Minimum', tf.minimum],
] as const) {
  const binary = (inputs: Record<string, Tensor>) => f(inputs.a!, inputs.b!);
  kernel(name, 'works element by element', { a: x23, b: x23 }, binary);
  kernel(name, 'broadcasts a column to a row', { a: float(4, 1, 3), b: float(2, 1) }, binary);
  kernel(name, 'takes a constant on the left', { b: x23 }, ({ b }) => f(2, b!));
  kernel(name, 'takes a constant on the right', { a: x23 }, ({ a }) => f(a!, 0.1));
}
for (const [name, f] of [
  ['Add', tf.add],
  ['Multiply', tf.mul],
  ['Minimum', tf.minimum],
] as const) {
  const scalar = () => tf.scalar(1, 'int32');
  kernel(name, 'works on integers', { a: int(2, 3) }, ({ a }) => f(a!, scalar()));
}
for (const [name, f] of [
  ['Greater', tf.greater],
  ['Less', tf.less],
  ['NotEqual', tf.notEqual],
] as const) {
  const toNumbers = (inputs: Record<string, Tensor>) => tf.cast(f(inputs.a!, inputs.b!), 'float32');
  const values = { a: Float32Array.of(1, 2, 3, 4, 5, 6), b: Float32Array.of(1, 3, 2) };
  kernel(name, 'compares floats and broadcasts', { a: x23, b: float(3) }, toNumbers, values);
  kernel(name, 'compares integers', { a: int(2, 3), b: int(2, 3) }, toNumbers);
}
for (const [name, f] of [
  ['Neg', tf.neg],
  ['Erf', tf.erf],
  ['Square', tf.square],
  ['Exp', tf.exp],
] as const) {
  kernel(name, 'works element by element', { x: x23 }, ({ x }) => f(x!));
}
kernel('Log', 'is the natural one', { x: x23 }, ({ x }) => tf.log(x!), { x: positive });
kernel('Rsqrt', 'is 1 / √x', { x: x23 }, ({ x }) => tf.rsqrt(x!), { x: positive });
kernel('Softplus', 'neither overflows nor loses small values', { x: float(8) }, ({ x }) => tf.softplus(x!), {
  x: extremes,
});
kernel('Sigmoid', 'neither overflows nor loses small values', { x: float(8) }, ({ x }) => tf.sigmoid(x!), {
  x: extremes,
});
kernel('Sigmoid', 'is the gradient of softplus', { x: x23 }, ({ x }) => gradientOf(tf.softplus)(x!));
kernel('Softmax', 'is taken over the last axis', { x: float(2, 2, 3) }, ({ x }) => tf.softmax(x!));
kernel('Softmax', 'survives large logits', { x: float(8) }, ({ x }) => tf.softmax(x!), { x: extremes });
kernel('Softmax', 'has a gradient', { x: float(2, 3) }, ({ x }) => gradientOf((z) => tf.softmax(z))(x!));

for (const [exclusive, reverse] of [
  [false, false],
  [false, true],
  [true, false],
  [true, true],
] as const) {
  const law = `adds up along an axis (exclusive ${exclusive}, reverse ${reverse})`;
  const sums = ({ x }: Record<string, Tensor>) => ({
    last: tf.cumsum(x!, 1, exclusive, reverse),
    first: tf.cumsum(x!, 0, exclusive, reverse),
  });
  kernel('Cumsum', law, { x: float(3, 4) }, sums);
}
for (const [name, f] of [
  ['Sum', tf.sum],
  ['Mean', tf.mean],
] as const) {
  kernel(
    name,
    'reduces all axes, one, several, the leading ones, and keeps them on demand',
    { x: float(2, 3, 4) },
    ({ x }) => ({
      all: f(x!),
      last: f(x!, -1),
      outer: f(x!, [0, 2]),
      first: f(x!, 0),
      leading: f(x!, [0, 1]),
      kept: f(x!, 1, true),
    }),
  );
  kernel(name, 'has a gradient that broadcasts back', { x: x23 }, ({ x }) => ({
    value: f(x!, 0),
    gradient: gradientOf((z) => f(z, 0))(x!),
  }));
}
kernel('Sum', 'counts true values', { x: x23 }, ({ x }) => tf.sum(tf.cast(tf.greater(x!, 0), 'float32')));
kernel('ArgMax', 'is the first of equal ones', { x: x23 }, ({ x }) => tf.argMax(x!, 1), {
  x: Float32Array.of(1, 3, 3, 2, 1, 2),
});
kernel('ArgMax', 'works along the first axis', { x: x23 }, ({ x }) => tf.argMax(x!, 0));

kernel('Reshape', 'keeps the order', { x: float(2, 6) }, ({ x }) => tf.transpose(tf.reshape(x!, [3, -1])));
kernel('ExpandDims', 'adds an axis of one', { x: float(3), y: x23 }, ({ x, y }) =>
  tf.add(tf.expandDims(x!, 0), y!),
);
kernel('Identity', 'is its argument', { x: x23 }, ({ x }) => tf.clone(x!));
kernel('Transpose', 'moves axes anywhere', { x: float(2, 3, 4, 5) }, ({ x }) =>
  tf.transpose(x!, [2, 0, 3, 1]),
);
kernel('Cast', 'truncates towards zero', { x: float(6) }, ({ x }) => tf.cast(x!, 'int32'), {
  x: Float32Array.of(-1.9, -0.5, 0, 0.5, 1.9, 7),
});
kernel('Cast', 'truncates a constant, too', { x: x23 }, ({ x }) =>
  tf.mul(x!, tf.cast(tf.cast(tf.scalar(2.7), 'int32'), 'float32')),
);
kernel('Cast', 'makes any constant but 0 true', { x: x23 }, ({ x }) =>
  tf.mul(x!, tf.cast(tf.cast(tf.scalar(0.5), 'bool'), 'float32')),
);
kernel('Select', 'chooses floats', { x: x23, y: x23 }, ({ x, y }) => tf.where(tf.greater(x!, 0), x!, y!));
kernel('Select', 'chooses integers', { x: int(4), y: int(4) }, ({ x, y }) =>
  tf.where(tf.greater(x!, y!), x!, y!),
);

for (const [transposeA, transposeB] of [
  [false, false],
  [false, true],
  [true, false],
  [true, true],
] as const) {
  const [a, b] = [transposeA ? [3, 2] : [2, 3], transposeB ? [4, 3] : [3, 4]];
  const product = (inputs: Record<string, Tensor>) => tf.matMul(inputs.a!, inputs.b!, transposeA, transposeB);
  const law = `transposes ${[transposeA && 'a', transposeB && 'b'].filter(Boolean).join(' and ') || 'nothing'}`;
  const shapes = (...batch: number[]) => ({ a: float(...batch, ...a), b: float(...batch, ...b) });
  kernel('BatchMatMul', `${law} in two dimensions`, shapes(), product);
  kernel('BatchMatMul', `${law} in a batch of batches`, shapes(2, 5), product);
  kernel('BatchMatMul', `${law}, forwards and backwards`, shapes(5), (inputs) => {
    const [da, db] = tf.grads((x, y) => tf.sum(tf.square(tf.matMul(x, y, transposeA, transposeB))))([
      inputs.a!,
      inputs.b!,
    ]);
    return { da: da!, db: db! };
  });
}
kernel('BatchMatMul', 'transposes a that is wider than b', { a: float(3, 5), b: float(3, 2) }, ({ a, b }) =>
  tf.matMul(a!, b!, true),
);
kernel('BatchMatMul', 'scales, where a is transposed', { a: float(3, 5), b: float(3, 2) }, ({ a, b }) =>
  tf.mul(tf.matMul(a!, b!, true), 0.25),
);
kernel('BatchMatMul', 'broadcasts a batch of one', { a: float(1, 2, 3), b: float(5, 3, 4) }, ({ a, b }) =>
  tf.matMul(a!, b!),
);
kernel(
  'GatherV2',
  'repeats rows',
  { x: float(3, 2), ids: int(6) },
  (i) => tf.gather(i.x!, i.ids as tf.Tensor1D),
  {
    ids,
  },
);
kernel(
  'GatherV2',
  'gathers integers',
  { x: int(3), ids: int(6) },
  (i) => tf.gather(i.x!, i.ids as tf.Tensor1D),
  {
    ids,
  },
);
kernel(
  'UnsortedSegmentSum',
  'adds the gradients of repeated rows',
  { x: float(4, 2), ids: int(6) },
  (i) => gradientOf((x) => tf.gather(x, i.ids as tf.Tensor1D))(i.x!),
  { ids },
);
kernel('GatherNd', 'picks cells', { x: float(3, 4), cells: int(2, 2) }, (i) => tf.gatherND(i.x!, i.cells!), {
  cells: Int32Array.of(0, 3, 2, 1),
});
kernel('GatherNd', 'picks rows', { x: float(3, 2, 2), rows: int(2, 1) }, (i) => tf.gatherND(i.x!, i.rows!), {
  rows: Int32Array.of(2, 0),
});
for (const type of [float, int]) {
  kernel(
    'TensorScatterUpdate',
    `overwrites ${type === float ? 'floats' : 'integers'} and leaves its input alone`,
    { x: type(4), cells: int(2, 1), updates: type(2) },
    (i) => ({ input: i.x!, output: tf.tensorScatterUpdate(i.x!, i.cells!, i.updates!) }),
    { cells: Int32Array.of(3, 1) },
  );
}
kernel('Pack', 'stacks along any axis', { a: x23, b: x23 }, ({ a, b }) => ({
  first: tf.stack([a!, b!]),
  last: tf.stack([a!, b!], 2),
}));
kernel('Pack', 'stacks integers', { a: int(3), b: int(3) }, ({ a, b }) => tf.stack([a!, b!], 1));
kernel('Unpack', 'takes a tensor apart', { x: float(3, 2) }, ({ x }) => {
  const [first, , third] = tf.unstack(x!) as [Tensor, Tensor, Tensor];
  return { first, third };
});
kernel('Unpack', 'takes a list of one apart', { x: float(1, 2) }, ({ x }) => tf.unstack(x!)[0]!);
kernel('Pack', 'is the gradient of taking apart', { x: float(3, 2) }, ({ x }) =>
  gradientOf((z) => {
    const [first, second] = tf.unstack(z) as [Tensor, Tensor];
    return tf.mul(first, second);
  })(x!),
);
kernel('Slice', 'cuts from any corner', { x: float(3, 4) }, ({ x }) => ({
  middle: tf.slice(x!, [1, 1], [2, 2]),
  rest: tf.slice(x!, [1, 2]),
  column: tf.slice(x!, [0, 3], [-1, 1]),
}));
kernel('PadV2', 'is the gradient of a slice', { x: float(3, 4) }, ({ x }) =>
  gradientOf((z) => tf.slice(z, [1, 1], [1, 2]))(x!),
);

describe('a recorded kernel', () => {
  it('is each of those that can be recorded', () => {
    const tested = new Set(cases.map((one) => one.kernel));
    expect(Object.keys(inferShapes).filter((name) => !tested.has(name))).toEqual([]);
  });

  it.each(cases)('$kernel $law', async ({ kernel, program, values }) => {
    expect(kernelsOf(record(program).graph)).toContain(kernel);
    const expected = await runOnce(javascript, program, values);
    const actual = await runOnce(onnx, program, values);
    expect(worstDifference(actual, expected).difference).toBeLessThan(1e-6);
  });
});
