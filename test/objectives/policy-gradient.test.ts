import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/base/random.ts';
import { differentiate } from '../../src/engine/differentiate.ts';
import { tf, withoutGradient } from '../../src/engine/tensors.ts';
import { sampleTokens } from '../../src/objectives/corruption.ts';
import {
  baselineLoss,
  detectionRewards,
  expectedRewards,
  policyGradientLoss,
} from '../../src/objectives/policy-gradient.ts';
import { float, javascript, onnx, programOf, runOnce } from '../helpers/engines.ts';

const logits = [0.5, -1, 0.2, 1.1];
const rewards = [2, 0.3, 1, 0.1];
const [V, M] = [logits.length, 20_000];

const total = logits.reduce((sum, z) => sum + Math.exp(z), 0);
const probs = logits.map((z) => Math.exp(z) / total);
const meanReward = probs.reduce((sum, p, v) => sum + p * rewards[v]!, 0);
/** ∂E[R]/∂z_v = p_v · (R_v − E[R]), by enumeration of the vocabulary. */
const exactGradient = probs.map((p, v) => p * (rewards[v]! - meanReward));

/** M one-sample gradients of the surrogate, as ascent directions. @returns mean, standard error and variance by v */
async function sampledGradients(baseline: number) {
  const uniform = Float32Array.from({ length: M }, () => random.uniform());
  const program = programOf({ logits: float(M, V), uniform: float(M) }, (inputs) => {
    const { gradients } = differentiate({ logits: inputs.logits! }, ({ logits: z }) => {
      const ids = sampleTokens(z!, inputs.uniform!);
      const earned = withoutGradient(() => tf.gather(tf.tensor1d(rewards), ids));
      const expected = tf.tensor1d(new Float32Array(M).fill(baseline));
      return { loss: policyGradientLoss(z!, ids, earned, expected, tf.ones([M])) };
    });
    return { gradient: gradients['gradients/logits']! };
  });
  const tiled = Float32Array.from({ length: M * V }, (_, i) => logits[i % V]!);
  const { gradient } = await runOnce(onnx, program, { logits: tiled, uniform });
  return logits.map((_, v) => {
    // The surrogate is a mean over M rows and is descended on: −M · gradient is one sample's ascent direction.
    const samples = Array.from({ length: M }, (_, row) => -M * gradient![row * V + v]!);
    const mean = samples.reduce((a, b) => a + b, 0) / M;
    const variance = samples.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (M - 1);
    return { mean, variance, standardError: Math.sqrt(variance / M) };
  });
}
const random = new RandomStream('reinforce');

describe('the policy gradient', () => {
  it.each([0, meanReward, 5])('is right on average, whatever the baseline (%f)', async (baseline) => {
    const estimates = await sampledGradients(baseline);
    for (const [v, { mean, standardError }] of estimates.entries()) {
      expect(Math.abs(mean - exactGradient[v]!), `token ${v}`).toBeLessThan(4 * standardError);
    }
  });

  it('varies less with a baseline that expects the mean reward than with none', async () => {
    const spread = async (baseline: number) =>
      (await sampledGradients(baseline)).reduce((sum, { variance }) => sum + variance, 0);
    expect(await spread(meanReward)).toBeLessThan(0.8 * (await spread(0)));
  });
});

describe('rewards', () => {
  const inputs = {
    z: { shape: [3], dtype: 'float32' },
    labels: { shape: [3], dtype: 'float32' },
    positions: { shape: [2], dtype: 'int32' },
  } as const;
  const values = {
    z: Float32Array.of(0, 2, -1),
    labels: Float32Array.of(0, 1, 1),
    positions: Int32Array.of(2, 1),
  };

  it("are the discriminator's cross-entropy at the masked positions: −log σ(z) where replaced", async () => {
    const program = {
      name: 'rewards',
      inputs,
      compute: ({ z, labels, positions }: Record<string, tf.Tensor>) => ({
        rewards: detectionRewards(z!, labels!, positions!),
      }),
    };
    const { rewards: found } = await runOnce(javascript, program, values);
    // Position 2: z = −1, replaced: log(1 + e). Position 1: z = 2, replaced: log(1 + e⁻²).
    expect(found![0]).toBeCloseTo(Math.log(1 + Math.E), 6);
    expect(found![1]).toBeCloseTo(Math.log(1 + Math.exp(-2)), 6);
  });
});

describe('the baseline', () => {
  it('expects −log σ(z), and its loss is least where that equals the reward', async () => {
    // exp(−R) = σ(z) at z = log(e^−R / (1 − e^−R)).
    const reward = 0.7;
    const best = Math.log(Math.exp(-reward) / (1 - Math.exp(-reward)));
    const program = {
      name: 'baseline',
      inputs: { z: { shape: [1], dtype: 'float32' }, reward: { shape: [1], dtype: 'float32' } } as const,
      compute: ({ z, reward: earned }: Record<string, tf.Tensor>) => ({
        expected: expectedRewards(z!),
        gradient: tf.grad((x) => baselineLoss(x, earned!, tf.ones([1])) as tf.Scalar)(z!),
      }),
    };
    const at = (z: number) =>
      runOnce(javascript, program, { z: Float32Array.of(z), reward: Float32Array.of(reward) });
    expect((await at(best)).expected![0]).toBeCloseTo(reward, 5);
    expect((await at(best)).gradient![0]).toBeCloseTo(0, 5);
    expect((await at(best + 1)).gradient![0]).toBeGreaterThan(0);
    expect((await at(best - 1)).gradient![0]).toBeLessThan(0);
  });
});
