import { beforeAll, describe, expect, it } from 'vitest';
import { createLinearFitter, type LinearModel, predict } from '../../../src/downstream/linear/linear-fit.ts';
import { openOnnx } from '../../../src/engine/engines.ts';
import type { Engine } from '../../../src/engine/program.ts';
import values from './linear-fit-values.json' with { type: 'json' };

const { width } = values;
const rowsOf = (rows: readonly (readonly number[])[]) => Float32Array.from(rows.flat());
const [train, unseen] = [rowsOf(values.train), rowsOf(values.unseen)];

let engine: Engine;
beforeAll(async () => {
  engine = await openOnnx(1);
});

/** The model of each penalty, one search beginning where the other ended. */
async function fitAll(
  features: Float32Array,
  labels: readonly number[],
  { width, classes }: { width: number; classes: number },
  penalties: readonly number[],
): Promise<LinearModel[]> {
  const examples = { features, labels: Float64Array.from(labels) };
  const fitter = await createLinearFitter(engine, examples, { width, classes });
  const model = new Float64Array((width + 1) * Math.max(1, classes));
  const models: LinearModel[] = [];
  for (const C of penalties) {
    await fitter.fit(C, model);
    models.push(model.slice());
  }
  await fitter.dispose();
  return models;
}

/** [count, K] */
function probabilities(model: LinearModel, features: Float32Array, K: number): number[][] {
  const F = model.length / K - 1;
  return Array.from({ length: features.length / F }, (_, n) => {
    const odds = Array.from({ length: K }, (_, k) => {
      let score = model[F * K + k]!;
      for (let f = 0; f < F; f++) score += features[n * F + f]! * model[f * K + k]!;
      return Math.exp(score);
    });
    const sum = odds.reduce((a, b) => a + b);
    return odds.map((odd) => odd / sum);
  });
}

describe('a linear fit', () => {
  it.each(['three', 'two'])('has the probabilities of scikit-learn, %s classes', async (name) => {
    const cases = values.cases.filter((one) => one.name === name);
    const { labels, classes } = cases[0]!;
    const penalties = cases.map(({ C }) => C);
    const models = await fitAll(train, labels, { width, classes }, penalties);
    for (const [i, model] of models.entries()) {
      const expected = cases[i]!.probabilities;
      const found = probabilities(model, unseen, classes);
      for (const [n, row] of expected.entries())
        for (const [k, probability] of row.entries()) expect(found[n]![k]).toBeCloseTo(probability, 2);
      const likeliest = expected.map((row) => row.indexOf(Math.max(...row)));
      expect([...predict(model, unseen, { width, classes })]).toEqual(likeliest);
    }
  });

  it('predicts the numbers of scikit-learn’s ridge', async () => {
    const penalties = values.ridges.map(({ C }) => C);
    const models = await fitAll(train, values.numbers, { width, classes: 0 }, penalties);
    for (const [i, model] of models.entries())
      for (const [n, answer] of predict(model, unseen, { width, classes: 0 }).entries())
        expect(answer).toBeCloseTo(values.ridges[i]!.predicted[n]!, 2);
  });

  it('of one feature and numbers is the ridge that one can work out', async () => {
    // y = c + w x with x = ±1, y = 2 ± 1: C Σ (w x − (y − 2))² / 2 + w² / 2 with C = 1 and 4 rows gives 4 (w − 1) + w = 0.
    const [model] = await fitAll(Float32Array.of(1, 1, -1, -1), [3, 3, 1, 1], { width: 1, classes: 0 }, [1]);
    expect(model![0]).toBeCloseTo(4 / 5, 3);
    expect(model![1]).toBeCloseTo(2, 3);
  });

  it('knows how common the classes are where features say nothing', async () => {
    const labels = [0, 0, 0, 1];
    const [model] = await fitAll(new Float32Array(4), labels, { width: 1, classes: 2 }, [1]);
    const [row] = probabilities(model!, new Float32Array(1), 2);
    expect(row![0]).toBeCloseTo(3 / 4, 3);
  });

  it('ends where it ends, wherever it begins', async () => {
    const { labels, classes } = values.cases[0]!;
    const [cold] = await fitAll(train, labels, { width, classes }, [1]);
    const warm = (await fitAll(train, labels, { width, classes }, [100, 1])).at(-1)!;
    for (const [i, weight] of warm.entries()) expect(weight).toBeCloseTo(cold![i]!, 2);
  });
});
