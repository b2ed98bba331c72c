import { beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/base/random.ts';
import { type Tensor, tf } from '../../src/engine/tensors.ts';
import { chooseTokens, perturb, reversedChoice } from '../../src/objectives/straight-through.ts';
import { centralDifferences } from '../helpers/differences.ts';
import { float, onnx, programOf, runOnce } from '../helpers/engines.ts';

beforeAll(() => tf.setBackend('cpu'));

const random = new RandomStream('straight-through');
const draws = (count: number) => Float32Array.from({ length: count }, () => random.uniform());

describe('a Gumbel choice', () => {
  it('follows the softmax of the logits', async () => {
    const [N, logits] = [20_000, [0.5, -1, 0.2, 1.1, -0.4]];
    const V = logits.length;
    const program = programOf({ z: float(N, V), uniform: float(N, V) }, ({ z, uniform }) => ({
      ids: chooseTokens(perturb(z!, uniform!)),
    }));
    const z = Float32Array.from({ length: N * V }, (_, i) => logits[i % V]!);
    const { ids } = await runOnce(onnx, program, { z, uniform: draws(N * V) });
    const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
    const chiSquare = logits.reduce((sum, logit, id) => {
      const expected = (N * Math.exp(logit)) / total;
      return sum + (ids!.filter((chosen) => chosen === id).length - expected) ** 2 / expected;
    }, 0);
    expect(chiSquare).toBeLessThan(18.5); // 4 degrees of freedom, p = 0.001
  });
});

describe('the reversed gradient of a choice', () => {
  // Five tokens of text; positions 3 and 1 are masked, and a third slot is unused.
  const [T, N, V, E] = [5, 3, 4, 2];
  const positions = [3, 1, 0];
  const [logits, uniform, table] = [draws(N * V), draws(N * V), draws(V * E).map((x) => x - 0.5)];
  const text = Int32Array.of(2, 0, 1, 3, 2);
  const perturbed = logits.map((z, i) => z - Math.log(-Math.log(uniform[i]!)));
  const rowOf = (n: number) => [...perturbed.slice(n * V, (n + 1) * V)];
  const chosen = positions.map((_, n) => rowOf(n).indexOf(Math.max(...rowOf(n))));
  const corrupted = text.with(3, chosen[0]!).with(1, chosen[1]!);

  /** What the discriminator makes of the embeddings: any smooth function of all of them together. */
  const judge = (embeddings: Tensor) => {
    const weights = tf.tensor2d(
      Float32Array.from({ length: T * E }, (_, i) => Math.sin(i + 1)),
      [T, E],
    );
    return tf.square(tf.sum(tf.mul(weights, tf.sigmoid(embeddings)))) as tf.Scalar;
  };
  const embed = (rows: Tensor) => tf.gather(rows, tf.tensor1d(corrupted, 'int32'));
  const lossOf = (z: Tensor, rows: Tensor) => {
    const noisy = perturb(z, tf.tensor2d(uniform, [N, V]));
    const slots = tf.tensor1d(Int32Array.from(positions), 'int32');
    const shift = reversedChoice(noisy, rows, slots, tf.tensor1d([1, 1, 0]), T);
    return judge(tf.add(embed(rows), shift)) as tf.Scalar;
  };
  const rows = tf.tensor2d(table, [V, E]);

  /** dL/dembedding at the tokens that were really chosen, by central differences. */
  const hard = [...corrupted].flatMap((id) => [...table.slice(id * E, (id + 1) * E)]);
  const slope = centralDifferences(
    (x) => judge(tf.tensor2d(x, [T, E])).dataSync()[0]!,
    Float32Array.from(hard),
  );

  it('is the Jacobian of the softmax times the loss’s derivative at the sample, with its sign turned', () => {
    const gradient = tf
      .grad((z) => lossOf(z, rows))(tf.tensor2d(logits, [N, V]))
      .dataSync();
    for (const n of [0, 1]) {
      const exps = rowOf(n).map(Math.exp);
      const probs = exps.map((x) => x / exps.reduce((a, b) => a + b));
      const worth = probs.map(
        (_, v) =>
          table[v * E]! * slope[positions[n]! * E]! + table[v * E + 1]! * slope[positions[n]! * E + 1]!,
      );
      const mean = probs.reduce((sum, p, v) => sum + p * worth[v]!, 0);
      for (const v of probs.keys()) {
        expect(gradient[n * V + v]).toBeCloseTo(-probs[v]! * (worth[v]! - mean), 4);
      }
    }
  });

  it('is zero for a slot that is not used', () => {
    const gradient = tf
      .grad((z) => lossOf(z, rows))(tf.tensor2d(logits, [N, V]))
      .dataSync();
    expect([...gradient.slice(2 * V)]).toEqual([0, 0, 0, 0].map((zero) => expect.closeTo(zero, 12)));
  });

  it('changes neither the loss nor what the table learns', () => {
    const z = tf.tensor2d(logits, [N, V]);
    const plain = (x: Tensor) => judge(embed(x)) as tf.Scalar;
    expect(lossOf(z, rows).dataSync()[0]).toBe(plain(rows).dataSync()[0]);
    expect(
      tf
        .grad((x) => lossOf(z, x))(rows)
        .dataSync(),
    ).toEqual(tf.grad(plain)(rows).dataSync());
  });
});
