/** What a head reads of an encoder, one way expressed by another. */
import { describe, expect, it } from 'vitest';
import { featuresProgram } from '../../../src/downstream/finetune/classifier-programs.ts';
import { classifierPlan, type Reading } from '../../../src/model/classifier.ts';
import { onnx, randomInputs, runOnce } from '../../helpers/engines.ts';
import { tinyModel } from '../../helpers/tiny-model.ts';

const [B, L] = [2, 6];
const encoder = tinyModel('bert').plans[0]!;
const D = encoder.sizes.hidden;

function programOf(reading: Reading) {
  return featuresProgram({ plan: classifierPlan(encoder, 2, reading), reading }, B, L);
}

/** Two texts of 5 and 6 tokens, of which the last 2 and 3 are the second of a pair; weights of the encoder for all. */
const given = randomInputs(programOf('word'));
given.attentionMask!.set([1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1]);
given.segmentIds!.set([0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 1, 1]);

/** Each text's features, [B][F]; those of `word` at the token places named. */
async function featuresOf(reading: Reading, places: readonly number[] = []): Promise<number[][]> {
  const wordMask = new Float32Array(B * L);
  for (let b = 0; b < B; b++) for (const place of places) wordMask[b * L + place] = 1;
  const program = programOf(reading);
  const values = Object.fromEntries(
    Object.entries({ ...given, wordMask }).filter(([name]) => name in program.inputs),
  );
  const { features } = await runOnce(onnx, program, {
    ...values,
    'weights/bert/classifier.weights': new Float32Array(
      program.inputs['weights/bert/classifier.weights']!.shape.reduce((a, b) => a * b),
    ),
  });
  const F = features!.length / B;
  return [0, 1].map((b) => [...features!.subarray(b * F, (b + 1) * F)]);
}

function mean(rows: readonly (readonly number[])[]): number[] {
  return rows[0]!.map((_, f) => rows.reduce((sum, row) => sum + row[f]!, 0) / rows.length);
}

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  for (const [f, value] of actual.entries()) expect(value).toBeCloseTo(expected[f]!, 4);
}

describe('what a head reads', () => {
  it('of a word is the mean over its pieces, and at the first token [CLS]', async () => {
    const [two, third, fourth] = [
      await featuresOf('word', [2, 3]),
      await featuresOf('word', [2]),
      await featuresOf('word', [3]),
    ];
    for (const b of [0, 1]) expectClose(two[b]!, mean([third[b]!, fourth[b]!]));
    expectClose((await featuresOf('word', [0]))[1]!, (await featuresOf('first-token'))[1]!);
  });

  it('of a text is the mean over its tokens, the special ones too and padding not', async () => {
    const means = await featuresOf('mean');
    expectClose(means[0]!, (await featuresOf('word', [0, 1, 2, 3, 4]))[0]!);
    expectClose(means[1]!, (await featuresOf('word', [0, 1, 2, 3, 4, 5]))[1]!);
  });

  it('of a pair is u, v, |u − v| and u · v, of the means of either text', async () => {
    const pairs = await featuresOf('pair-means');
    for (const [b, first, second] of [
      [0, [0, 1, 2], [3, 4]],
      [1, [0, 1, 2], [3, 4, 5]],
    ] as const) {
      const [u, v] = [(await featuresOf('word', first))[b]!, (await featuresOf('word', second))[b]!];
      const [distance, product] = [u.map((x, f) => Math.abs(x - v[f]!)), u.map((x, f) => x * v[f]!)];
      expectClose(pairs[b]!, [...u, ...v, ...distance, ...product]);
      expect(pairs[b]).toHaveLength(4 * D);
    }
  });
});
