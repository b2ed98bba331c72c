/** Every fusion as a small program: what it becomes, and that it computes the same. */
import { describe, expect, it } from 'vitest';
import type { Program } from '../../src/engine/program.ts';
import { fuse } from '../../src/engine/record/fusion.ts';
import { type Graph, sortedNodes } from '../../src/engine/record/graph.ts';
import { record } from '../../src/engine/record/recorder.ts';
import { simplify } from '../../src/engine/record/simplify.ts';
import { type Tensor, tf } from '../../src/engine/tensors.ts';
import { layerNorm } from '../../src/model/layers.ts';
import {
  type Arrays,
  float,
  int,
  javascript,
  programOf,
  randomInputs,
  runGraph,
  runOnce,
  worstDifference,
} from '../helpers/engines.ts';

const kernels = (graph: Graph) => sortedNodes(graph).map(({ kernel }) => kernel);
const result = (graph: Graph) => graph.outputs.get('result')!;

function fusedGraph(program: Program): Graph {
  const graph = simplify(record(program).graph);
  fuse(graph);
  return graph;
}

/** The largest difference between a program's fused graph and the program itself. */
async function differenceOf(program: Program, values: Arrays = randomInputs(program)): Promise<number> {
  const expected = await runOnce(javascript, program, values);
  return worstDifference(await runGraph(fusedGraph(program), values), expected).difference;
}

describe('fusion of a product', () => {
  /** x [2, 3] · w [3, 4] and what follows, simplified and fused. */
  const fused = (
    compute: (
      product: Tensor,
      bias: Tensor,
      inputs: Record<string, Tensor>,
    ) => Tensor | Record<string, Tensor>,
  ) => {
    const program = programOf({ x: float(2, 3), w: float(3, 4), b: float(4) }, (inputs) =>
      compute(tf.matMul(inputs.x!, inputs.w!), inputs.b!, inputs),
    );
    const graph = simplify(record(program).graph);
    fuse(graph);
    return { graph, program };
  };
  const agree = async ({ graph, program }: ReturnType<typeof fused>) => {
    const values = randomInputs(program);
    const expected = await runOnce(javascript, program, values);
    expect(worstDifference(await runGraph(graph, values), expected).difference).toBeLessThan(1e-6);
  };

  it('joins a product and its bias', async () => {
    const one = fused((product, bias) => tf.add(product, bias));
    expect(kernels(one.graph)).toEqual(['Gemm']);
    await agree(one);
  });

  it('joins a product and its scale', async () => {
    const one = fused((product) => tf.mul(product, 0.25));
    expect(kernels(one.graph)).toEqual(['BatchMatMul']);
    expect(result(one.graph).node!.attributes.alpha).toBe(0.25);
    await agree(one);
  });

  it('joins a product, its scale and its bias', async () => {
    const one = fused((product, bias) => tf.add(tf.mul(product, 0.25), bias));
    expect(kernels(one.graph)).toEqual(['Gemm']);
    await agree(one);
  });

  it('joins scale after scale', async () => {
    const one = fused((product) => tf.mul(tf.div(product, 2), 3));
    expect(kernels(one.graph)).toEqual(['BatchMatMul']);
    await agree(one);
  });

  it('leaves a product alone that something else reads, too', async () => {
    const one = fused((product, bias) => ({
      product,
      biased: tf.add(product, bias),
      scaled: tf.mul(product, 3),
    }));
    expect(kernels(one.graph)).toEqual(['BatchMatMul', 'Add', 'Multiply']);
    await agree(one);
  });

  it('leaves a bias alone that would widen the product', async () => {
    const program = programOf({ x: float(2, 3), w: float(3, 1), b: float(4) }, ({ x, w, b }) =>
      tf.add(tf.matMul(x!, w!), b!),
    );
    const graph = simplify(record(program).graph);
    fuse(graph);
    await agree({ graph, program });
  });

  it('adds a bias of one element to every column', async () => {
    const program = programOf({ x: float(2, 3), w: float(3, 4), b: float(1) }, ({ x, w, b }) =>
      tf.add(tf.matMul(x!, w!), b!),
    );
    const graph = simplify(record(program).graph);
    fuse(graph);
    await agree({ graph, program });
  });

  it('leaves products in batches without a bias', async () => {
    const program = programOf({ a: float(5, 2, 3), b: float(5, 3, 4), c: float(4) }, ({ a, b, c }) =>
      tf.add(tf.matMul(a!, b!), c!),
    );
    const graph = simplify(record(program).graph);
    fuse(graph);
    expect(kernels(graph)).toEqual(['BatchMatMul', 'Add']);
    await agree({ graph, program });
  });

  it('scales a product and its bias alike', async () => {
    const one = fused((product, bias) => tf.mul(tf.add(product, bias), 0.25));
    expect(kernels(one.graph)).toEqual(['Gemm']);
    expect(result(one.graph).node!.attributes).toMatchObject({ alpha: 0.25, beta: 0.25 });
    await agree(one);
  });

  it('takes the scales of both operands', async () => {
    const program = programOf({ x: float(2, 3), w: float(3, 4) }, ({ x, w }) =>
      tf.matMul(tf.mul(x!, 0.5) as tf.Tensor2D, tf.mul(w!, 3) as tf.Tensor2D),
    );
    const graph = fusedGraph(program);
    expect(kernels(graph)).toEqual(['BatchMatMul']);
    expect(result(graph).node!.attributes.alpha).toBe(0.5 * 3);
    await agree({ graph, program });
  });

  it.each([
    ['right', (product: Tensor, other: Tensor) => tf.add(product, other)],
    ['left', (product: Tensor, other: Tensor) => tf.add(other, product)],
  ])('adds a matrix on its %s', async (_, add) => {
    const program = programOf({ x: float(2, 3), w: float(3, 4), c: float(2, 4) }, ({ x, w, c }) =>
      add(tf.matMul(x!, w!), c!),
    );
    const graph = fusedGraph(program);
    expect(kernels(graph)).toEqual(['Gemm']);
    await agree({ graph, program });
  });

  it('adds one product to another, and to their sum a third', async () => {
    const program = programOf({ x: float(2, 3), w: float(3, 3) }, ({ x, w }) => {
      const [one, two, three] = [1, 2, 3].map((power) =>
        tf.matMul(tf.add(x!, power) as tf.Tensor2D, w as tf.Tensor2D),
      );
      return tf.add(tf.add(one!, two!), three!);
    });
    const graph = fusedGraph(program);
    expect(kernels(graph).filter((kernel) => kernel !== 'Gemm')).toEqual([
      'Add',
      'Add',
      'Add',
      'BatchMatMul',
    ]);
    await agree({ graph, program });
  });
});

describe('fusion of layer normalisation', () => {
  const inputs = { x: float(5, 8), gain: float(8), bias: float(8) };
  const norm = ({ x, gain, bias }: Record<string, Tensor>) =>
    layerNorm(x!, (name) => (name === 'n.gain' ? gain! : bias!), 'n');

  it('makes it one node', async () => {
    const program = programOf(inputs, norm);
    expect(kernels(fusedGraph(program))).toEqual(['LayerNorm']);
    expect(await differenceOf(program)).toBeLessThan(1e-6);
  });

  it('gives the gradient the mean and the inverse deviation of that node', async () => {
    const program = programOf(inputs, ({ x, gain, bias }) => {
      const loss = (x: Tensor, gain: Tensor, bias: Tensor) => tf.sum(tf.square(norm({ x, gain, bias })));
      const [dx, dGain, dBias] = tf.grads(loss as (...tensors: Tensor[]) => tf.Scalar)([x!, gain!, bias!]);
      return { dx: dx!, dGain: dGain!, dBias: dBias! };
    });
    const found = kernels(fusedGraph(program));
    expect(found.filter((kernel) => kernel === 'LayerNorm')).toHaveLength(1);
    expect(found).not.toContain('Mean');
    expect(await differenceOf(program)).toBeLessThan(1e-5);
  });

  it('survives rows of equal numbers and rows far from zero', async () => {
    const program = programOf(inputs, norm);
    const values = randomInputs(program);
    values.x = values.x!.map((value, i) => (i < 8 ? 0.1 : value + 100));
    expect(await differenceOf(program, values)).toBeLessThan(1e-4);
  });

  it('leaves alone what only looks like it', async () => {
    const almost: Record<string, (x: Tensor, gain: Tensor, bias: Tensor) => Tensor> = {
      otherAxis: (x, gain, bias) => {
        const centred = tf.sub(x, tf.mean(x, 0, true));
        const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(centred), 0, true), 1e-12));
        return tf.add(tf.mul(tf.mul(centred, inverse), gain), bias);
      },
      notCentred: (x, gain, bias) => {
        const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(x), -1, true), 1e-12));
        return tf.add(tf.mul(tf.mul(tf.sub(x, tf.mean(x, -1, true)), inverse), gain), bias);
      },
    };
    for (const compute of Object.values(almost)) {
      const program = programOf(inputs, ({ x, gain, bias }) => compute(x!, gain!, bias!));
      expect(kernels(fusedGraph(program))).not.toContain('LayerNorm');
      expect(await differenceOf(program)).toBeLessThan(1e-5);
    }
  });
});

describe('fusion of sums into rows', () => {
  it('adds the gradients of two look-ups and of a product into one table', async () => {
    const inputs = { table: float(3, 4), a: int(5), b: int(2, 3), x: float(2, 4) };
    const program = programOf(inputs, ({ table, a, b, x }) =>
      tf.grad((rows) => {
        const [first, second] = [tf.gather(rows, a as tf.Tensor1D), tf.gather(rows, b as tf.Tensor2D)];
        const product = tf.matMul(x as tf.Tensor2D, rows as tf.Tensor2D, false, true);
        const sums = [first, second, product].map((part) => tf.sum(tf.square(part)));
        return sums.reduce((total, sum) => tf.add(total, sum));
      })(table!),
    );
    const found = kernels(fusedGraph(program));
    expect(found.filter((kernel) => kernel.includes('Segment')).length).toBe(2);
    expect(found).toContain('AddSegments');
    expect(await differenceOf(program)).toBeLessThan(1e-5);
  });
});
