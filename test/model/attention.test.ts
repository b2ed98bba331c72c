import { beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/base/random.ts';
import { type Tensor, tf } from '../../src/engine/tensors.ts';
import { mixValues } from '../../src/model/attention.ts';
import { bothGradients } from '../helpers/differences.ts';
import { relativeDifference } from '../helpers/engines.ts';

beforeAll(() => tf.setBackend('cpu'));

const valuesOf = (x: Tensor) => [...x.dataSync()];
const normals = (count: number, seed: string) => {
  const random = new RandomStream(seed);
  return Float32Array.from({ length: count }, () => random.truncatedNormal());
};

describe('mixValues', () => {
  const [B, H, M, L, K] = [1, 2, 3, 4, 2];
  const [logits, values] = [normals(B * H * M * L, 'logits'), normals(B * H * K * L, 'values')];
  const mask = () =>
    tf.tensor([0, 2, 2, 0, 2, 0, 2, 2, 2, 2, 0, 2].concat(new Array(12).fill(2)), [B, H, M, L]);

  it('is the mean of the values, weighted by the softmax of the logits', () => {
    const equal = tf.fill([1, 1, 1, 2], 3);
    const values = tf.tensor([1, 3, 10, 30], [1, 1, 2, 2]);
    expect(valuesOf(mixValues(equal, values))).toEqual([(1 + 3) / 2, (10 + 30) / 2]);
    const onlyFirst = tf.tensor([2, 0], [1, 1, 1, 2]);
    expect(valuesOf(mixValues(equal, values, onlyFirst))).toEqual([0.5 * 2 * 1, 0.5 * 2 * 10]);
  });

  it('puts the heads of a token side by side', () => {
    const onlyOne = tf.zeros([1, 2, 2, 1]); // two heads, two tokens that both look at one value a head
    const values = tf.tensor([1, 2, 3, 4], [1, 2, 2, 1]);
    expect(mixValues(onlyOne, values).arraySync()).toEqual([
      [1, 2, 3, 4],
      [1, 2, 3, 4],
    ]);
  });

  it.each([
    ['without dropout', () => undefined],
    ['with dropout', mask],
  ])('has the gradients that central differences show, %s', (_, maskOf) => {
    const toLogits = (x: Tensor) => mixValues(x, tf.tensor(values, [B, H, K, L]), maskOf());
    const toValues = (x: Tensor) => mixValues(tf.tensor(logits, [B, H, M, L]), x, maskOf());
    const ofLogits = bothGradients(toLogits, logits, [B, H, M, L]);
    const ofValues = bothGradients(toValues, values, [B, H, K, L]);
    expect(relativeDifference(ofLogits.analytic, ofLogits.numeric)).toBeLessThan(2e-3);
    expect(relativeDifference(ofValues.analytic, ofValues.numeric)).toBeLessThan(2e-3);
  });
});
