import { beforeAll, describe, expect, it } from 'vitest';
import { tf } from '../../src/engine/tensors.ts';
import { replacedTokenLoss } from '../../src/objectives/rtd.ts';
import { bothGradients } from '../helpers/differences.ts';
import { relativeDifference } from '../helpers/engines.ts';

beforeAll(() => tf.setBackend('cpu'));

const lossOf = (logits: number[], labels: number[], weights: number[]) =>
  replacedTokenLoss(tf.tensor1d(logits), tf.tensor1d(labels), tf.tensor1d(weights)).dataSync()[0];

describe('the replaced-token loss', () => {
  // σ(ln 3) = 3/4
  const z = Math.log(3);

  it('is the mean binary cross-entropy', () => {
    expect(lossOf([z, z, -z], [1, 0, 0], [1, 1, 1])).toBeCloseTo(
      -(Math.log(3 / 4) + Math.log(1 / 4) + Math.log(3 / 4)) / 3,
      6,
    );
  });

  it('ignores padding', () => {
    expect(lossOf([z, z, 99], [1, 0, 0], [1, 1, 0])).toBeCloseTo(-(Math.log(3 / 4) + Math.log(1 / 4)) / 2, 6);
  });

  it('takes its weights in any shape', () => {
    const weights = tf.tensor2d([[1, 0]]);
    const loss = replacedTokenLoss(tf.tensor1d([z, 5]), tf.tensor1d([1, 0]), weights);
    expect(loss.dataSync()[0]).toBeCloseTo(-Math.log(3 / 4), 6);
  });

  it('grows with the logit and does not overflow where a prediction is sure and wrong', () => {
    expect(lossOf([1000], [0], [1])).toBeCloseTo(1000, 3);
    expect(lossOf([1000], [1], [1])).toBeCloseTo(0, 6);
  });

  it('has the gradient that central differences show: (σ(z) − y) / tokens', () => {
    const labels = tf.tensor1d([1, 0, 0]);
    const x = Float32Array.of(-1, 0.5, 2);
    const loss = (logits: tf.Tensor) => replacedTokenLoss(logits, labels, tf.tensor1d([1, 1, 0]));
    const { analytic, numeric } = bothGradients(loss, x, [3]);
    expect(relativeDifference(analytic, numeric)).toBeLessThan(1e-3);
    expect(analytic[0]).toBeCloseTo((Math.sin(1) * (1 / (1 + Math.exp(1)) - 1)) / 2, 5);
    expect(analytic[2]).toBeCloseTo(0, 10);
  });
});
