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

/**
 * Two masked positions over three tokens, with discriminator logits that depend on both samples by `coupling`.
 *
 * The paper's credit is per position: E[Σ_t ∇log p(x_t) · R_t]. It is the gradient of E[Σ R] only where the reward at a
 * position does not depend on the other sample.
 */
function twoPositions(coupling: number) {
  const [K, originals] = [3, [0, 2]] as const;
  const policy = [
    [0.3, -0.5, 0.9],
    [-0.2, 0.4, 0.1],
  ];
  const probsOf = (t: number) => {
    const exps = policy[t]!.map(Math.exp);
    return exps.map((x) => x / exps.reduce((a, b) => a + b));
  };
  const suspicion = (t: number, x: readonly number[]) =>
    Math.sin(1 + t + 2 * x[t]!) + coupling * Math.cos(3 * x[1 - t]! + t);
  const softplus = (z: number) => Math.log1p(Math.exp(z));
  const rewardOf = (t: number, x: readonly number[]) => {
    const z = suspicion(t, x);
    return softplus(z) - (x[t] === originals[t] ? 0 : z);
  };
  const pairs = Array.from({ length: K * K }, (_, i) => [Math.floor(i / K), i % K] as const);
  const enumerate = (creditOf: (t: number, x: readonly number[]) => number) =>
    policy.map((_, t) =>
      Array.from({ length: K }, (_, v) =>
        pairs.reduce((sum, x) => {
          const score = (x[t] === v ? 1 : 0) - probsOf(t)[v]!;
          return sum + probsOf(0)[x[0]]! * probsOf(1)[x[1]]! * score * creditOf(t, x);
        }, 0),
      ),
    );
  const perPosition = enumerate(rewardOf);
  const ofTheSum = enumerate((_, x) => rewardOf(0, x) + rewardOf(1, x));

  /** Mean and standard error over M single-sample gradients, by the objectives under test. */
  async function sampled(M: number, baseline: number) {
    const [rows, uniform] = [2 * M, Float32Array.from({ length: 2 * M }, () => random.uniform())];
    const suspicions = (t: number) => tf.tensor1d(pairs.map((x) => suspicion(t, x)));
    const program = programOf({ policy: float(rows, K), uniform: float(rows) }, (inputs) => {
      const { gradients } = differentiate({ policy: inputs.policy! }, ({ policy: z }) => {
        const ids = sampleTokens(z!, inputs.uniform!); // [2 M]
        const [first, second] = tf.unstack(tf.reshape(ids, [M, 2]), 1) as [tf.Tensor, tf.Tensor];
        const pair = tf.add(tf.mul(first, tf.scalar(K, 'int32')), second); // [M]
        const rtdLogits = tf.reshape(
          tf.stack(
            [0, 1].map((t) => tf.gather(suspicions(t), pair)),
            1,
          ),
          [rows],
        );
        const original = tf.tensor1d(
          Int32Array.from({ length: rows }, (_, i) => originals[i % 2]!),
          'int32',
        );
        const labels = tf.cast(tf.notEqual(ids, original), 'float32');
        const everywhere = tf.tensor1d(
          Int32Array.from({ length: rows }, (_, i) => i),
          'int32',
        );
        const earned = detectionRewards(rtdLogits, labels, everywhere);
        const expected = tf.tensor1d(new Float32Array(rows).fill(baseline));
        return { loss: policyGradientLoss(z!, ids, earned, expected, tf.ones([rows])) };
      });
      return { gradient: gradients['gradients/policy']! };
    });
    const tiled = Float32Array.from({ length: rows * K }, (_, i) => policy[Math.floor(i / K) % 2]![i % K]!);
    const { gradient } = await runOnce(onnx, program, { policy: tiled, uniform });
    return policy.map((row, t) =>
      row.map((_, v) => {
        const samples = Array.from({ length: M }, (_, m) => -rows * gradient![(2 * m + t) * K + v]!);
        const mean = samples.reduce((a, b) => a + b, 0) / M;
        const variance = samples.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (M - 1);
        return { mean, variance, standardError: Math.sqrt(variance / M) };
      }),
    );
  }
  /** −log of the mean of exp(−R): where the baseline's loss is least, see `baselineLoss`. */
  const fitted = -Math.log(
    pairs.reduce((sum, x) => {
      const weight = probsOf(0)[x[0]]! * probsOf(1)[x[1]]!;
      return sum + (weight * (Math.exp(-rewardOf(0, x)) + Math.exp(-rewardOf(1, x)))) / 2;
    }, 0),
  );
  return { perPosition, ofTheSum, sampled, fitted };
}

describe('the credit of two positions', () => {
  it.each([
    [0, 'none'],
    [0, 'fitted'],
    [1, 'none'],
    [1, 'fitted'],
  ] as const)(
    'with coupling %d and baseline %s is the enumerated E[Σ ∇log p · R]',
    async (coupling, baseline) => {
      const { sampled, perPosition, fitted } = twoPositions(coupling);
      const estimates = await sampled(20_000, baseline === 'fitted' ? fitted : 0);
      for (const [t, row] of estimates.entries()) {
        for (const [v, { mean, standardError }] of row.entries()) {
          expect(Math.abs(mean - perPosition[t]![v]!), `position ${t}, token ${v}`).toBeLessThan(
            4 * standardError,
          );
        }
      }
    },
  );

  it('is the gradient of the expected sum where positions are judged independently', () => {
    const { perPosition, ofTheSum } = twoPositions(0);
    for (const [t, row] of perPosition.entries()) {
      for (const [v, value] of row.entries()) expect(value).toBeCloseTo(ofTheSum[t]![v]!, 12);
    }
  });

  it('is biased where they are not: it leaves out what a sample does to the other position’s reward', () => {
    const { perPosition, ofTheSum } = twoPositions(1);
    const bias = perPosition.flatMap((row, t) => row.map((value, v) => Math.abs(value - ofTheSum[t]![v]!)));
    expect(Math.max(...bias)).toBeGreaterThan(0.02);
  });

  it('varies less with a fitted baseline than with none', async () => {
    const { sampled, fitted } = twoPositions(1);
    const spread = async (baseline: number) =>
      (await sampled(5000, baseline)).flat().reduce((sum, { variance }) => sum + variance, 0);
    expect(await spread(fitted)).toBeLessThan(0.8 * (await spread(0)));
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
