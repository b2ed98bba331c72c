import { describe, expect, it } from 'vitest';
import { ShapeError } from '../../src/base/errors.ts';
import type { Program } from '../../src/engine/program.ts';
import { sortedNodes } from '../../src/engine/record/graph.ts';
import { record } from '../../src/engine/record/recorder.ts';
import { type Tensor, tf } from '../../src/engine/tensors.ts';
import { float, int, javascript, kernelsOf, programOf, runOnce } from '../helpers/engines.ts';

describe('recording', () => {
  it('computes nothing and names every kernel, in an order in which it could run', () => {
    const program = programOf({ x: float(2, 3), w: float(3, 4) }, ({ x, w }) =>
      tf.sum(tf.exp(tf.matMul(x!, w!))),
    );
    const { graph, noise } = record(program);
    expect(sortedNodes(graph).map(({ kernel }) => kernel)).toEqual(['BatchMatMul', 'Exp', 'Sum']);
    expect([...graph.inputs.keys()]).toEqual(['x', 'w']);
    expect(graph.outputs.get('result')).toMatchObject({ shape: [], dtype: 'float32' });
    expect(noise).toEqual([]);
  });

  it('gives forward and backward pass as one graph', () => {
    const program = programOf({ x: float(2, 3) }, ({ x }) => {
      const { value, grad } = tf.valueAndGrad((z) => tf.sum(tf.square(z)))(x!);
      return { value, gradient: grad };
    });
    const { graph } = record(program);
    expect(graph.outputs.get('gradient')).toMatchObject({ shape: [2, 3], dtype: 'float32' });
    expect(kernelsOf(graph)).toEqual(expect.arrayContaining(['Square', 'Sum', 'Multiply']));
  });

  it('knows integers and truth values', () => {
    const program = programOf({ ids: int(3), x: float(3) }, ({ ids, x }) => ({
      sums: tf.add(ids!, tf.scalar(1, 'int32')),
      truths: tf.greater(x!, 0),
      best: tf.argMax(x!),
    }));
    const { outputs } = record(program).graph;
    expect([...outputs.values()].map(({ dtype }) => dtype)).toEqual(['int32', 'bool', 'int32']);
  });

  it('turns noise into inputs, in the order in which it was asked for', () => {
    const program: Program = {
      name: 'noisy',
      inputs: { x: float(2) },
      compute: ({ x }, noise) => ({
        y: tf.add(tf.mul(x!, noise.dropout('mask', [2], 0.25)), noise.uniform('draw', [2])),
      }),
    };
    const { graph, noise } = record(program);
    expect(noise).toEqual([
      { name: 'mask', shape: [2], dtype: 'float32', rate: 0.25 },
      { name: 'draw', shape: [2], dtype: 'float32' },
    ]);
    expect([...graph.inputs.keys()]).toEqual(['x', 'mask', 'draw']);
  });

  it('keeps a uniform constant as one number, whatever its shape', () => {
    const program = programOf({ x: float(100, 100) }, ({ x }) => tf.mul(x!, tf.ones([100, 100])));
    const [product] = sortedNodes(record(program).graph);
    expect(product!.inputs[1]!.constant).toBe(1);
  });

  it('leaves the current backend and its tensors as they were', async () => {
    await tf.setBackend('cpu');
    const tensor = tf.tensor1d([1, 2]);
    record(programOf({ x: float(2) }, ({ x }) => tf.exp(x!)));
    expect(tf.getBackend()).toBe('cpu');
    expect([...tensor.dataSync()]).toEqual([1, 2]);
    tensor.dispose();
  });
});

describe('recording refuses', () => {
  const refused = 'recorded program: expected no use of tensor values, got a read (dataSync or data)';

  it('to read values', () => {
    const program = programOf({ x: float(2) }, ({ x }) => tf.scalar(x!.dataSync()[0]!));
    expect(() => record(program)).toThrow(new ShapeError(refused));
  });

  it('to read values asynchronously', async () => {
    let reading: Promise<unknown> | undefined;
    record(
      programOf({ x: float(2) }, ({ x }) => {
        reading = x!.data();
        return x!;
      }),
    );
    await expect(reading).rejects.toThrow(refused);
  });

  it('two inputs of one name', () => {
    const program: Program = {
      name: 'twice',
      inputs: { x: float(2) },
      compute: (_, noise) => ({ y: noise.uniform('x', [2]) }),
    };
    expect(() => record(program)).toThrow(new ShapeError('twice: expected each input once, got "x"'));
  });

  it.each([
    [
      'a matrix product',
      (x: Tensor) => tf.matMul(x, tf.zeros([2, 2])),
      'matrix product: expected a shape that fits [2,3], got [2,2]',
    ],
    [
      'a sum',
      (x: Tensor) => tf.add(x, tf.zeros([2])),
      'broadcast: expected a shape that fits [2,3], got [2]',
    ],
  ])('%s whose shapes do not fit', (_, compute, message) => {
    expect(() => record(programOf({ x: float(2, 3) }, ({ x }) => compute(x!)))).toThrow(message);
  });

  it('and is ready for the next program all the same', async () => {
    const broken = programOf({ x: float(2) }, ({ x }) => tf.scalar(x!.dataSync()[0]!));
    expect(() => record(broken)).toThrow(refused);
    const sound = programOf({ x: float(2) }, ({ x }) => tf.square(x!));
    expect([...(await runOnce(javascript, sound, { x: Float32Array.of(2, 3) })).result!]).toEqual([4, 9]);
  });
});
