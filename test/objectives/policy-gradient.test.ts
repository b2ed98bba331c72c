import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/base/random.ts';
import { differentiate, tf, withoutGradient } from '../../src/engine/tensors.ts';
import { sampleTokens } from '../../src/objectives/corruption.ts';
import {
  advantagesOf,
  baselineLoss,
  detectionRewards,
  policyGradientLoss,
  policyReport,
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
      const ones = tf.ones([M]);
      return { loss: policyGradientLoss(z!, ids, advantagesOf(earned, expected, ones, false), ones) };
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
        const ones = tf.ones([rows]);
        return { loss: policyGradientLoss(z!, ids, advantagesOf(earned, expected, ones, false), ones) };
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
  /** The expected reward of a position: where the baseline's loss is least. */
  const fitted = pairs.reduce((sum, x) => {
    const weight = probsOf(0)[x[0]]! * probsOf(1)[x[1]]!;
    return sum + (weight * (rewardOf(0, x) + rewardOf(1, x))) / 2;
  }, 0);
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

const baselineProgram = programOf(
  { expected: float(2), rewards: float(2) },
  ({ expected, rewards: earned }) => ({
    loss: baselineLoss(expected!, earned!, tf.ones([2])),
    gradient: tf.grad((x) => baselineLoss(x, earned!, tf.ones([2])) as tf.Scalar)(expected!),
  }),
);

describe('the baseline', () => {
  it('costs the mean squared error of what it expects', async () => {
    const values = { expected: Float32Array.of(1, 2), rewards: Float32Array.of(0.5, 4) };
    const { loss, gradient } = await runOnce(javascript, baselineProgram, values);
    expect(loss![0]).toBeCloseTo((0.5 ** 2 + 2 ** 2) / 2, 6);
    // d/db (b − R)² / 2 positions = b − R.
    expect([...gradient!]).toEqual([0.5, -2]);
  });

  it('costs least where it expects the mean reward, so that advantages are 0 on average', async () => {
    const [low, high] = [0.2, 3];
    const at = async (b: number) => {
      const values = { expected: Float32Array.of(b, b), rewards: Float32Array.of(low, high) };
      return (await runOnce(javascript, baselineProgram, values)).gradient!;
    };
    const sum = (values: ArrayLike<number>) => values[0]! + values[1]!;
    expect(sum(await at((low + high) / 2))).toBeCloseTo(0, 6);
    // The paper's form would expect −log E[exp(−R)], which is less.
    const papers = -Math.log((Math.exp(-low) + Math.exp(-high)) / 2);
    expect(papers).toBeLessThan((low + high) / 2);
    expect(sum(await at(papers))).toBeLessThan(0);
  });
});

describe('advantages', () => {
  const advantages = (isCentred: boolean) =>
    programOf({ rewards: float(3), expected: float(3), weights: float(3) }, (inputs) => ({
      advantages: advantagesOf(inputs.rewards!, inputs.expected!, inputs.weights!, isCentred),
    }));
  const values = {
    rewards: Float32Array.of(2, 1, 9),
    expected: Float32Array.of(0.5, 0.5, 0),
    weights: Float32Array.of(1, 1, 0),
  };

  it('are what was earned beyond what was expected', async () => {
    const { advantages: found } = await runOnce(javascript, advantages(false), values);
    expect([...found!]).toEqual([2 - 0.5, 1 - 0.5, 9]);
  });

  it('are 0 on average over the slots in use where they are centred', async () => {
    const { advantages: found } = await runOnce(javascript, advantages(true), values);
    const centre = (1.5 + 0.5) / 2;
    expect([...found!]).toEqual([1.5 - centre, 0.5 - centre, 9 - centre]);
  });
});

describe('the report of a policy', () => {
  it('has its entropy, moments of the advantages, and the rewards of right and wrong samples', async () => {
    const inputs = {
      logits: float(3, 2),
      ...{ rewards: float(3), advantages: float(3), isWrong: float(3), weights: float(3) },
    };
    const program = programOf(inputs, ({ logits: z, ...of }) => policyReport(z!, of as never));
    const found = await runOnce(javascript, program, {
      logits: Float32Array.of(0, 0, 0, Math.log(3), 5, 5),
      rewards: Float32Array.of(1, 3, 7),
      advantages: Float32Array.of(-1, 2, 7),
      isWrong: Float32Array.of(0, 1, 1),
      weights: Float32Array.of(1, 1, 0),
    });
    const entropies = [Math.log(2), -(0.25 * Math.log(0.25) + 0.75 * Math.log(0.75))];
    expect(found.policyEntropy![0]).toBeCloseTo((entropies[0]! + entropies[1]!) / 2, 6);
    expect(found.reward![0]).toBeCloseTo((1 + 3) / 2, 6);
    expect(found.advantageMean![0]).toBeCloseTo((-1 + 2) / 2, 6);
    expect(found.advantageVariance![0]).toBeCloseTo(((-1 - 0.5) ** 2 + (2 - 0.5) ** 2) / 2, 6);
    expect([found.rewardOfRight![0], found.rewardOfRightCount![0]]).toEqual([1, 1]);
    expect([found.rewardOfWrong![0], found.rewardOfWrongCount![0]]).toEqual([3, 1]);
  });
});
