import { beforeAll, describe, expect, it } from 'vitest';
import { tf } from '../../src/engine/tensors.ts';
import { maskedLmLoss, targetLogProbs } from '../../src/objectives/mlm.ts';
import { bothGradients } from '../helpers/differences.ts';
import { relativeDifference } from '../helpers/engines.ts';

beforeAll(() => tf.setBackend('cpu'));

const ids = (...values: number[]) => tf.tensor1d(values, 'int32');
const valuesOf = (x: tf.Tensor) => [...x.dataSync()];

describe('the masked-LM loss', () => {
  // Softmax of [ln 1, ln 2, ln 5] is [1/8, 2/8, 5/8].
  const row = [Math.log(1), Math.log(2), Math.log(5)];
  const logits = tf.tensor2d([row, row, row]);

  it('is the mean surprise at the targets', () => {
    const loss = maskedLmLoss(logits, ids(0, 1, 2), tf.tensor1d([1, 1, 1]));
    expect(loss.dataSync()[0]).toBeCloseTo(-(Math.log(1 / 8) + Math.log(2 / 8) + Math.log(5 / 8)) / 3, 5);
  });

  it('ignores positions of weight 0', () => {
    const loss = maskedLmLoss(logits, ids(0, 1, 2), tf.tensor1d([0, 1, 1]));
    expect(loss.dataSync()[0]).toBeCloseTo(-(Math.log(2 / 8) + Math.log(5 / 8)) / 2, 5);
  });

  it('is 0 where no position counts', () => {
    expect(maskedLmLoss(logits, ids(0, 1, 2), tf.tensor1d([0, 0, 0])).dataSync()[0]).toBeCloseTo(0, 10);
  });

  it('stays finite where a probability underflows', () => {
    const loss = maskedLmLoss(tf.tensor2d([[0, 1000]]), ids(0), tf.tensor1d([1])).dataSync()[0]!;
    expect(loss).toBeCloseTo(126 * Math.log(2), 3);
  });

  it('has the gradient (probs − onehot) · weight / total', () => {
    const gradient = tf.grad((z) => maskedLmLoss(z, ids(0, 1, 2), tf.tensor1d([1, 0, 1])))(logits);
    const expected = [1 / 8 - 1, 2 / 8, 5 / 8, 0, 0, 0, 1 / 8, 2 / 8, 5 / 8 - 1].map((value) => value / 2);
    for (const [i, value] of valuesOf(gradient).entries()) expect(value).toBeCloseTo(expected[i]!, 6);
  });

  it('has the gradient that central differences show, also through a scale', () => {
    const x = Float32Array.of(0.3, -1, 0.5, 2, 0, -0.7, 1, 1, 1, 0.1, 0.2, -2);
    const loss = (z: tf.Tensor) =>
      tf.mul(maskedLmLoss(tf.mul(z, z), ids(2, 0, 1), tf.tensor1d([1, 1, 0])), 3);
    const { analytic, numeric } = bothGradients(loss, x, [3, 4]);
    expect(relativeDifference(analytic, numeric)).toBeLessThan(2e-3);
  });
});

describe('the log-probability of targets', () => {
  it('is one number a row', () => {
    const probs = tf.tensor2d([
      [0.5, 0.5],
      [0.25, 0.75],
    ]);
    const [first, second] = valuesOf(targetLogProbs(probs, ids(0, 1)));
    expect(first).toBeCloseTo(Math.log(0.5), 6);
    expect(second).toBeCloseTo(Math.log(0.75), 6);
  });
});
