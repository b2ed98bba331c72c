import { describe, expect, it } from 'vitest';
import { fuse } from '../../src/engine/record/fusion.ts';
import { type Graph, sortedNodes } from '../../src/engine/record/graph.ts';
import { record } from '../../src/engine/record/recorder.ts';
import { simplify } from '../../src/engine/record/simplify.ts';
import { type Tensor, tf } from '../../src/engine/tensors.ts';
import {
  float,
  javascript,
  programOf,
  randomInputs,
  runGraph,
  runOnce,
  worstDifference,
} from '../helpers/engines.ts';
import { randomProgram } from '../helpers/random-programs.ts';

type Compute = (inputs: Record<string, Tensor>) => Tensor | Record<string, Tensor>;

/** A graph on a matrix x [2, 3], a row y [1, 3] and a square s [3, 3]. */
const recorded = (compute: Compute) =>
  record(programOf({ x: float(2, 3), y: float(1, 3), s: float(3, 3) }, compute)).graph;
const kernels = (graph: Graph) => sortedNodes(graph).map(({ kernel }) => kernel);
const simplified = (compute: Compute) => kernels(simplify(recorded(compute)));
const result = (graph: Graph) => graph.outputs.get('result')!;

const programs = Array.from({ length: 25 }, (_, seed) => randomProgram(seed));

describe('simplification', () => {
  it.each(programs)('changes no output of $name, and fusion neither', async (program) => {
    const values = randomInputs(program);
    const expected = await runOnce(javascript, program, values);
    const graph = simplify(record(program).graph);
    expect(worstDifference(await runGraph(graph, values), expected).difference).toBeLessThan(1e-5);
    fuse(graph);
    expect(worstDifference(await runGraph(graph, values), expected).difference).toBeLessThan(1e-5);
  });

  it('makes graphs smaller and never larger, and finds nothing more the second time', () => {
    let [before, after] = [0, 0];
    for (const program of programs) {
      const graph = record(program).graph;
      const once = simplify(graph);
      expect(kernels(once).length).toBeLessThanOrEqual(kernels(graph).length);
      expect(kernels(simplify(once))).toEqual(kernels(once));
      before += kernels(graph).length;
      after += kernels(once).length;
    }
    expect(after).toBeLessThan(0.8 * before);
  });

  it('leaves the graph that it was given as it was', () => {
    const graph = record(programs[3]!).graph;
    const before = kernels(graph);
    simplify(graph);
    expect(kernels(graph)).toEqual(before);
  });

  it('keeps every input and output, used or not', () => {
    const graph = simplify(recorded(({ x }) => ({ x: x!, one: tf.scalar(1) })));
    expect([...graph.inputs.keys()]).toEqual(['x', 'y', 's']);
    expect([...graph.outputs.keys()]).toEqual(['x', 'one']);
  });

  it('folds operations on constants into one constant', () => {
    const graph = simplify(recorded(() => tf.exp(tf.neg(tf.add(tf.ones([2, 3]), tf.scalar(0.5))))));
    expect(kernels(graph)).toEqual([]);
    expect(result(graph).constant).toBeCloseTo(Math.exp(-1.5), 6);
    expect(result(graph).shape).toEqual([2, 3]);
  });

  it('folds a cast as the cast would have done it', () => {
    const cast = (value: number, type: 'int32' | 'bool') =>
      result(simplify(recorded(() => tf.cast(tf.scalar(value), type)))).constant;
    expect([cast(2.7, 'int32'), cast(-2.7, 'int32'), cast(0.5, 'bool'), cast(0, 'bool')]).toEqual([
      2, -2, 1, 0,
    ]);
  });

  it.each<[string, Compute]>([
    ['x + 0', ({ x }) => tf.add(x!, tf.zeros([2, 3]))],
    ['0 + x', ({ x }) => tf.add(0, x!)],
    ['x − 0', ({ x }) => tf.sub(x!, 0)],
    ['x · 1', ({ x }) => tf.mul(x!, tf.ones([2, 3]))],
    ['1 · x', ({ x }) => tf.mul(1, x!)],
    ['x / 1', ({ x }) => tf.div(x!, 1)],
    ['x · 4 · ¼', ({ x }) => tf.mul(tf.mul(x!, 4), 0.25)],
    ['a copy of x', ({ x }) => tf.clone(x!)],
    ['x as float32', ({ x }) => tf.cast(x!, 'float32')],
    ['x in its own shape', ({ x }) => tf.reshape(x!, [2, 3])],
    ['x in another shape and back', ({ x }) => tf.reshape(tf.reshape(x!, [6]), [2, 3])],
    ['x with its axes in order', ({ x }) => tf.transpose(x!, [0, 1])],
  ])('sees that %s is x', (_, compute) => {
    const graph = simplify(recorded(compute));
    expect(result(graph)).toBe(graph.inputs.get('x'));
  });

  it('does not take 0 − x, 1 / x or max(x, 0) for x', () => {
    expect(simplified(({ x }) => tf.maximum(x!, 0))).toEqual(['Maximum']);
    expect(simplified(({ x }) => tf.sub(0, x!))).toEqual(['Sub']);
    expect(simplified(({ x }) => tf.div(1, x!))).toEqual(['RealDiv']);
  });

  it('joins scales, divisions among them, into one product', () => {
    const graph = simplify(recorded(({ x }) => tf.div(tf.mul(3, tf.mul(x!, 4)), 2)));
    expect(kernels(graph)).toEqual(['Multiply']);
    expect(result(graph).node!.inputs[1]!.constant).toBe((3 * 4) / 2);
  });

  it('drops a broadcast that the next operation does anyway', () => {
    const broadcast = (y: Tensor) => tf.mul(y, tf.ones([2, 3]));
    expect(simplified(({ x, y }) => tf.add(x!, broadcast(y!)))).toEqual(['Add']);
    expect(simplified(({ x, y }) => tf.add(tf.exp(broadcast(y!)), x!))).toEqual(['Exp', 'Add']);
    const exp = sortedNodes(simplify(recorded(({ x, y }) => tf.add(tf.exp(broadcast(y!)), x!))))[0]!;
    expect(exp.outputs[0]!.shape).toEqual([1, 3]);
  });

  it('keeps a broadcast that something else must see', () => {
    expect(simplified(({ y }) => tf.mul(y!, tf.ones([2, 3])))).toEqual(['Broadcast']);
    expect(simplified(({ y }) => tf.sum(tf.mul(y!, tf.ones([2, 3])), 0))).toEqual(['Broadcast', 'Sum']);
  });

  it('makes a transposition a flag of the product that reads it', () => {
    const flags = (compute: Compute) => {
      const nodes = sortedNodes(simplify(recorded(compute)));
      expect(nodes.map(({ kernel }) => kernel)).toEqual(['BatchMatMul']);
      return nodes[0]!.attributes;
    };
    expect(flags(({ x }) => tf.matMul(tf.transpose(x!), x!))).toEqual({
      transposeA: true,
      transposeB: false,
    });
    expect(flags(({ x }) => tf.matMul(x!, tf.transpose(x!)))).toEqual({
      transposeA: false,
      transposeB: true,
    });
    expect(flags(({ x, s }) => tf.matMul(x!, tf.transpose(s!), false, true))).toEqual({
      transposeA: false,
      transposeB: false,
    });
  });

  it('leaves other transpositions alone', () => {
    const cube = programOf({ s: float(3, 3) }, ({ s }) =>
      tf.matMul(tf.transpose(tf.reshape(s!, [3, 1, 3]), [2, 0, 1]), tf.reshape(s!, [3, 1, 3])),
    );
    expect(kernels(simplify(record(cube).graph))).toContain('Transpose');
  });

  it('computes equal things once', () => {
    const twice: Compute = ({ x, y }) => tf.mul(tf.exp(tf.add(x!, y!)), tf.sigmoid(tf.add(x!, y!)));
    expect(simplified(twice)).toEqual(['Add', 'Exp', 'Sigmoid', 'Multiply']);
  });

  it('does not confuse things that differ in an attribute', () => {
    const sums: Compute = ({ s }) => ({ rows: tf.sum(s!, 0), columns: tf.sum(s!, 1), first: tf.sum(s!, 0) });
    expect(simplified(sums)).toEqual(['Sum', 'Sum']);
  });

  it('never copies what no output needs', () => {
    expect(
      simplified(({ x }) => {
        tf.exp(x!);
        return tf.neg(x!);
      }),
    ).toEqual(['Neg']);
  });
});
