import { beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/base/random.ts';
import { type Tensor, tf } from '../../src/engine/tensors.ts';
import type { Batch } from '../../src/objectives/batch.ts';
import {
  corrupt,
  isReplaced,
  maskedTargets,
  policyLogits,
  sampleTokens,
} from '../../src/objectives/corruption.ts';
import { float, int, onnx, programOf } from '../helpers/engines.ts';

beforeAll(() => tf.setBackend('cpu'));

const valuesOf = (x: Tensor) => [...x.dataSync()];

/** Samples one row of logits with many draws, on the default engine. */
async function sample(logits: number[], uniform: Float32Array): Promise<Int32Array> {
  const [N, V] = [uniform.length, logits.length];
  const program = programOf({ logits: float(N, V), uniform: float(N) }, (inputs) =>
    sampleTokens(inputs.logits!, inputs.uniform!),
  );
  const compiled = await onnx.compile(program, { uniform });
  for (let n = 0; n < N; n++) compiled.inputs.logits!.set(logits, n * V);
  await compiled.run();
  await compiled.dispose();
  return compiled.outputs.result as Int32Array;
}

function uniforms(count: number): Float32Array {
  const random = new RandomStream('sampling test');
  return Float32Array.from({ length: count }, () => random.uniform());
}

describe('sampling', () => {
  it.each([5, 6, 12, 13])('follows the softmax of %d logits', async (V) => {
    const n = 20_000;
    const logits = Array.from({ length: V }, (_, id) => Math.sin(id + 1) * 1.5);
    const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
    const counts = new Array<number>(V).fill(0);
    for (const id of await sample(logits, uniforms(n))) counts[id]!++;
    const chiSquare = counts.reduce((sum, count, id) => {
      const expected = (n * Math.exp(logits[id]!)) / total;
      return sum + (count - expected) ** 2 / expected;
    }, 0);
    expect(chiSquare).toBeLessThan(32.9); // 12 degrees of freedom, the most there are here, p = 0.001
  });

  it('is the inverse of the cumulative distribution', async () => {
    // Probabilities 1/10, 2/10, 3/10, 4/10; cumulative 0.1, 0.3, 0.6, 1.
    const logits = [1, 2, 3, 4].map(Math.log);
    const draws = Float32Array.of(0.05, 0.12, 0.29, 0.31, 0.59, 0.61, 0.99);
    expect([...(await sample(logits, draws))]).toEqual([0, 1, 1, 2, 2, 3, 3]);
  });

  it.each([5, 6, 40, 8192])('never leaves a vocabulary of %d, at either end of the draws', async (V) => {
    const logits = Array.from({ length: V }, (_, id) => Math.cos(id));
    const ends = Float32Array.of(2 ** -24, 1 - 2 ** -24, 0.5);
    const [first, last, middle] = await sample(logits, ends);
    expect(first).toBe(0);
    expect(last).toBeLessThan(V);
    expect(last).toBeGreaterThan(V - Math.sqrt(V) - 1);
    expect(middle).toBeGreaterThan(0);
  });

  it('never gives a token of probability 0', async () => {
    const logits = [-1000, 0, -1000, 0, -1000, 0];
    const drawn = new Set(await sample(logits, uniforms(2000)));
    expect([...drawn].sort()).toEqual([1, 3, 5]);
  });

  it('gives the only token that is left', async () => {
    expect(new Set(await sample([-1000, -1000, 50, -1000], uniforms(200)))).toEqual(new Set([2]));
  });

  it('lets no gradient through', () => {
    const logits = tf.tensor2d([[0.1, 0.2, 0.3]]);
    const throughSample = (z: Tensor) =>
      tf.sum(tf.add(tf.mul(z, 2), tf.cast(sampleTokens(z, tf.tensor1d([0.5])), 'float32')));
    expect(valuesOf(tf.grad(throughSample)(logits))).toEqual([2, 2, 2]);
  });
});

describe('corruption', () => {
  // Two sequences of four; positions 1, 3 and 6 are masked, the second sequence's other slot is unused.
  const batch = {
    tokenIds: tf.tensor2d([2, 10, 11, 12, 2, 20, 21, 22], [2, 4], 'int32'),
    maskedPositions: tf.tensor1d([1, 3, 6, 4], 'int32'),
    maskedWeights: tf.tensor1d([1, 1, 1, 0]),
  } as unknown as Batch;
  const sampled = tf.tensor1d([30, 12, 31, 32], 'int32');

  it('knows the original tokens at masked positions, and [CLS] in unused slots', () => {
    expect(valuesOf(maskedTargets(batch))).toEqual([10, 12, 21, 2]);
  });

  it('replaces the tokens at used slots and nothing else', () => {
    const corrupted = corrupt(batch, sampled);
    expect(corrupted.shape).toEqual([2, 4]);
    expect(valuesOf(corrupted)).toEqual([2, 30, 11, 12, 2, 20, 31, 22]);
    expect(valuesOf(batch.tokenIds)).toEqual([2, 10, 11, 12, 2, 20, 21, 22]);
  });

  it('calls a token replaced where it differs: one that was sampled and is the original counts as original', () => {
    expect(valuesOf(isReplaced(corrupt(batch, sampled), batch.tokenIds))).toEqual([0, 1, 0, 0, 0, 0, 1, 0]);
  });
});

describe('the distribution that is sampled', () => {
  const logits = [
    [2, 0, -2],
    [1, 1, 3],
  ];
  // Tokens 1 and 2 were masked.
  const batch = {
    tokenIds: tf.tensor2d([[0, 1, 2, 0]], undefined, 'int32'),
    maskedPositions: tf.tensor1d([1, 2], 'int32'),
  } as unknown as Batch;
  const noise = { uniform: () => tf.scalar(0), dropout: () => tf.scalar(0) };
  const sampledFrom = (temperature: number, disallowCorrect = false, atThisStep?: Tensor) => {
    const context = { batch, noise, objective: { temperature, disallowCorrect } };
    return policyLogits(tf.tensor2d(logits), context, atThisStep).arraySync() as number[][];
  };

  it('is the generator’s at temperature 1', () => {
    expect(sampledFrom(1)).toEqual(logits);
  });

  it.each([4, 0.5])(
    'has its logits divided by a temperature of %d, of the configuration or of the step',
    (temperature) => {
      const expected = logits.map((row) => row.map((z) => z / temperature));
      expect(sampledFrom(temperature)).toEqual(expected);
      expect(sampledFrom(1, false, tf.scalar(temperature))).toEqual(expected);
    },
  );

  it('leaves out the original token where that is not allowed', () => {
    expect(tf.softmax(tf.tensor2d(sampledFrom(1, true))).arraySync()).toEqual([
      [
        expect.closeTo(Math.exp(2) / (Math.exp(2) + Math.exp(-2)), 5),
        0,
        expect.closeTo(Math.exp(-2) / (Math.exp(2) + Math.exp(-2)), 5),
      ],
      [0.5, 0.5, 0],
    ]);
  });

  it('can leave it out on the default engine, which records what it runs', async () => {
    const shapes = { logits: float(2, 3), tokenIds: int(1, 4), maskedPositions: int(2) };
    const program = programOf(shapes, (inputs) => {
      const context = { batch: inputs as never, noise, objective: { temperature: 1, disallowCorrect: true } };
      return tf.softmax(policyLogits(inputs.logits!, context));
    });
    const compiled = await onnx.compile(program);
    compiled.inputs.logits!.set(logits.flat());
    compiled.inputs.tokenIds!.set([0, 1, 2, 0]);
    compiled.inputs.maskedPositions!.set([1, 2]);
    await compiled.run();
    const probs = compiled.outputs.result!;
    expect([probs[1], probs[5]]).toEqual([0, 0]);
    expect([probs[3], probs[4]]).toEqual([expect.closeTo(0.5, 6), expect.closeTo(0.5, 6)]);
    await compiled.dispose();
  });

  it('is differentiable: each logit’s gradient is divided by the temperature, ruled out or not', () => {
    const context = { batch, noise, objective: { temperature: 4, disallowCorrect: true } };
    const gradient = tf.grad((z) => tf.sum(policyLogits(z, context)) as tf.Scalar)(tf.tensor2d(logits));
    expect(valuesOf(gradient)).toEqual([0.25, 0.25, 0.25, 0.25, 0.25, 0.25]);
  });
});
