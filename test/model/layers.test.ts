import { beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/base/random.ts';
import { type Tensor, tf } from '../../src/engine/tensors.ts';
import { dense, denseOfGelu, gelu, layerNorm } from '../../src/model/layers.ts';
import type { Weights } from '../../src/model/parameters.ts';
import { bothGradients } from '../helpers/differences.ts';
import { javascript, onnx, programOf, relativeDifference, runOnce } from '../helpers/engines.ts';

beforeAll(() => tf.setBackend('cpu'));

const valuesOf = (x: Tensor) => [...x.dataSync()];
const normals = (count: number, seed = 'layers') => {
  const random = new RandomStream(seed);
  return Float32Array.from({ length: count }, () => random.truncatedNormal());
};
const weightsFrom =
  (tensors: Record<string, Tensor>): Weights =>
  (name) =>
    tensors[name]!;

describe('dense', () => {
  it('is x · W + b', () => {
    const weights = weightsFrom({
      'd.weights': tf.tensor2d([
        [1, 2, 3],
        [4, 5, 6],
      ]),
      'd.bias': tf.tensor1d([10, 20, 30]),
    });
    const y = dense(tf.tensor2d([[1, -1]]), weights, 'd');
    expect(valuesOf(y)).toEqual([1 - 4 + 10, 2 - 5 + 20, 3 - 6 + 30]);
  });
});

describe('layerNorm', () => {
  const scaled = (gain: number[], bias: number[]) =>
    weightsFrom({ 'n.gain': tf.tensor1d(gain), 'n.bias': tf.tensor1d(bias) });
  const plain = scaled([1, 1, 1, 1], [0, 0, 0, 0]);

  it('gives each row mean 0 and variance 1, then gain and bias', () => {
    const y = valuesOf(layerNorm(tf.tensor2d([[1, 3, 5, 7]]), scaled([1, 1, 1, 2], [0, 0, 10, 0]), 'n'));
    const deviation = Math.sqrt((3 ** 2 + 1 + 1 + 3 ** 2) / 4);
    const expected = [-3 / deviation, -1 / deviation, 1 / deviation + 10, (2 * 3) / deviation];
    for (const [i, value] of expected.entries()) expect(y[i]).toBeCloseTo(value, 5);
  });

  it('does not see a shift or a scale of its input', () => {
    const x = tf.tensor2d([[1, 3, 5, 8]]);
    const [y, moved] = [x, tf.add(tf.mul(x, 7), 100)].map((input) => valuesOf(layerNorm(input, plain, 'n')));
    for (const [i, value] of y!.entries()) expect(moved![i]).toBeCloseTo(value, 4);
  });

  it('gives 0 for a row of equal numbers', () => {
    expect(valuesOf(layerNorm(tf.tensor2d([[2, 2, 2, 2]]), plain, 'n'))).toEqual([0, 0, 0, 0]);
  });

  it('has the gradient that central differences show', () => {
    const { analytic, numeric } = bothGradients((x) => layerNorm(x, plain, 'n'), normals(3 * 4), [3, 4]);
    expect(relativeDifference(analytic, numeric)).toBeLessThan(2e-3);
  });
});

describe('layerNorm and its weights', () => {
  const [x, gain, bias] = [normals(3 * 4, 'x'), normals(4, 'gain'), normals(4, 'bias')];
  const norm = (parts: Record<'x' | 'gain' | 'bias', Tensor>) =>
    layerNorm(parts.x, weightsFrom({ 'n.gain': parts.gain, 'n.bias': parts.bias }), 'n');
  const constants = () => ({
    x: tf.tensor(x, [3, 4]),
    gain: tf.tensor(gain, [4]),
    bias: tf.tensor(bias, [4]),
  });

  it.each([
    ['x', x, [3, 4]],
    ['gain', gain, [4]],
    ['bias', bias, [4]],
  ] as const)('have the gradient of %s that central differences show', (name, values, shape) => {
    const of = (moving: Tensor) => norm({ ...constants(), [name]: moving });
    const { analytic, numeric } = bothGradients(of, values, [...shape]);
    expect(relativeDifference(analytic, numeric)).toBeLessThan(2e-3);
  });
});

describe('gelu', () => {
  it.each([
    [0, 0],
    // Φ(1) and Φ(−1), from a table of the normal distribution
    [1, 0.841344746],
    [-1, -(1 - 0.841344746)],
    [2, 2 * 0.977249868],
    [10, 10],
    [-10, 0],
  ])('of %d is x · Φ(x)', async (x, expected) => {
    const program = programOf({ x: { shape: [1], dtype: 'float32' } }, (inputs) => gelu(inputs.x!));
    for (const engine of [javascript, onnx]) {
      const { result } = await runOnce(engine, program, { x: Float32Array.of(x) });
      expect(result![0]).toBeCloseTo(expected, 6);
    }
  });

  it('has the gradient that central differences show', () => {
    const x = Float32Array.of(-3, -1, -0.3, 0, 0.2, 1, 2.5);
    const { analytic, numeric } = bothGradients(gelu, x, [7]);
    expect(relativeDifference(analytic, numeric)).toBeLessThan(1e-3);
    expect(analytic[3]).toBeCloseTo(Math.sin(4) * 0.5, 6);
  });

  it('has gradient 1 far to the right and 0 far to the left, where a density overflows', async () => {
    const program = programOf({ x: { shape: [2], dtype: 'float32' } }, ({ x }) =>
      tf.grad((z) => tf.sum(gelu(z)))(x!),
    );
    for (const engine of [javascript, onnx]) {
      const { result } = await runOnce(engine, program, { x: Float32Array.of(20, -20) });
      expect([...result!].map(Math.abs)).toEqual([1, 0]);
    }
  });
});

describe('denseOfGelu', () => {
  it.each([
    ['a result that is kept', 3, 4],
    ['one of more than 8 MB, which is made anew', 513, 4096],
  ])('is dense(gelu(x)), and so are its gradients: %s', (_, T, F) => {
    const D = 2;
    const weights = weightsFrom({
      'd.weights': tf.tensor(normals(F * D, 'weights'), [F, D]),
      'd.bias': tf.tensor1d([10, 20]),
    });
    const x = tf.tensor(waves(T * F), [T, F]);
    const [joined, apart] = [
      (x: Tensor, weights: Weights) => denseOfGelu(x, weights, 'd'),
      (x: Tensor, weights: Weights) => dense(gelu(x), weights, 'd'),
    ];
    const gradients = (of: typeof joined) =>
      tf.grads((x, kernel, bias) => of(x, weightsFrom({ 'd.weights': kernel, 'd.bias': bias })))([
        x,
        weights('d.weights'),
        weights('d.bias'),
      ]);
    expect(isSame(joined(x, weights), apart(x, weights))).toBe(true);
    const [expected, found] = [gradients(apart), gradients(joined)];
    for (const [i, gradient] of found.entries()) expect(isSame(gradient, expected[i]!)).toBe(true);
  });

  const waves = (count: number) => Float32Array.from({ length: count }, (_, i) => 3 * Math.sin(i));

  function isSame(a: Tensor, b: Tensor): boolean {
    const others = b.dataSync();
    return a.size === b.size && a.dataSync().every((value, i) => value === others[i]);
  }
});
