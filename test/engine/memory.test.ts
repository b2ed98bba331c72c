import { describe, expect, it } from 'vitest';
import { ShapeError } from '../../src/base/errors.ts';
import { bindMemory } from '../../src/engine/program.ts';
import { tf } from '../../src/engine/tensors.ts';
import { float, int, javascript, onnx, programOf } from '../helpers/engines.ts';

const slots = [
  ['x', float(2, 3)],
  ['ids', int(4)],
] as const;

describe('memory', () => {
  it('is allocated where none is given', () => {
    const { x, ids } = bindMemory('toy', slots, {});
    expect(x).toEqual(new Float32Array(2 * 3));
    expect(ids).toEqual(new Int32Array(4));
  });

  it('is the array that was given', () => {
    const given = new Float32Array(6);
    expect(bindMemory('toy', slots, { x: given }).x).toBe(given);
  });

  it('may be given for names that the program does not have', () => {
    expect(Object.keys(bindMemory('toy', slots, { other: new Float32Array(1) }))).toEqual(['x', 'ids']);
  });

  it('must have the length of its slot', () => {
    const message = 'toy/x: expected float32 [2,3], got Float32Array of 5';
    expect(() => bindMemory('toy', slots, { x: new Float32Array(5) })).toThrow(new ShapeError(message));
  });

  it('must have the type of its slot', () => {
    const message = 'toy/ids: expected int32 [4], got Float32Array of 4';
    expect(() => bindMemory('toy', slots, { ids: new Float32Array(4) })).toThrow(new ShapeError(message));
  });

  it('holds numbers: a program that gives truth values is refused', () => {
    const program = programOf({ x: float(2) }, ({ x }) => tf.greater(x!, 0));
    const message = 'toy/result: expected float32 or int32, got bool; cast it';
    return Promise.all(
      [onnx, javascript].map((engine) =>
        expect(engine.compile(program)).rejects.toThrow(new ShapeError(message)),
      ),
    );
  });
});

describe.each([onnx, javascript])('$name', (engine) => {
  const program = programOf({ x: float(2), ids: int(2) }, ({ x, ids }) => ({
    doubled: tf.mul(x!, 2),
    next: tf.add(ids!, tf.scalar(1, 'int32')),
  }));

  it('reads and writes bound arrays in place, also views into a larger one', async () => {
    const weights = Float32Array.of(0, 10, 20, 0);
    const gradients = new Float32Array(5).fill(-1);
    const counts = Int32Array.of(7, 8, 9);
    const memory = { x: weights.subarray(1, 3), doubled: gradients.subarray(2, 4), ids: counts.subarray(1) };
    const compiled = await engine.compile(program, memory);

    await compiled.run();
    expect([...gradients]).toEqual([-1, -1, 20, 40, -1]);
    expect([...compiled.outputs.next!]).toEqual([9, 10]);

    weights[1] = 11;
    counts[2] = -5;
    await compiled.run();
    expect([...gradients]).toEqual([-1, -1, 22, 40, -1]);
    expect([...compiled.outputs.next!]).toEqual([9, -4]);
    expect([...weights]).toEqual([0, 11, 20, 0]);
    await compiled.dispose();
  });

  it('keeps its arrays from run to run', async () => {
    const compiled = await engine.compile(program);
    const { inputs, outputs } = compiled;
    const before = [...Object.values(inputs), ...Object.values(outputs)];
    compiled.inputs.x!.set([1, 2]);
    await compiled.run();
    expect([...Object.values(compiled.inputs), ...Object.values(compiled.outputs)]).toEqual(before);
    expect(
      before.every((array, i) => array === [...Object.values(inputs), ...Object.values(outputs)][i]),
    ).toBe(true);
    expect([...outputs.doubled!]).toEqual([2, 4]);
    await compiled.dispose();
  });

  it('refuses an array that does not fit', async () => {
    const message = 'toy/x: expected float32 [2], got Float32Array of 3';
    await expect(engine.compile(program, { x: new Float32Array(3) })).rejects.toThrow(
      new ShapeError(message),
    );
  });

  it('can give an input or a constant back', async () => {
    const compiled = await engine.compile(
      programOf({ x: float(2) }, ({ x }) => ({ same: x!, one: tf.scalar(1), ones: tf.ones([2]) })),
    );
    compiled.inputs.x!.set([3, 4]);
    await compiled.run();
    expect(Object.values(compiled.outputs).map((array) => [...array])).toEqual([[3, 4], [1], [1, 1]]);
    await compiled.dispose();
  });

  it('counts two operations for each multiply-add of a matrix product', async () => {
    const compiled = await engine.compile(
      programOf({ a: float(5, 2, 3), b: float(3, 4) }, ({ a, b }) => ({
        batched: tf.matMul(a!, tf.reshape(b!, [1, 3, 4])),
        transposed: tf.add(tf.matMul(b!, b!, true, false), tf.ones([4])),
      })),
    );
    expect(compiled.matrixProductFlops).toBe(2 * (5 * 2 * 3 * 4) + 2 * (4 * 3 * 4));
    await compiled.dispose();
  });
});
