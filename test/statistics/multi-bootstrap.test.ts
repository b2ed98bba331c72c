import { describe, expect, it } from 'vitest';
import { mean, standardDeviation } from '../../src/statistics/describe.ts';
import { draws, multiBootstrap, resampleExamples } from '../../src/statistics/multi-bootstrap.ts';

const constant = (value: number) => new Float64Array(draws).fill(value);
const meanOf = (values: ArrayLike<number>) => (rows: Uint32Array) =>
  rows.reduce((sum, row) => sum + values[row]!, 0) / rows.length;

describe('resampleExamples', () => {
  it('scores the metric on as many rows as there are examples, drawn with replacement', () => {
    const seen = new Set<number>();
    const record = (rows: Uint32Array) => {
      for (const row of rows) seen.add(row);
      return rows.length;
    };
    expect(new Set(resampleExamples(4, [record], 'task')[0])).toEqual(new Set([4]));
    expect([...seen].sort()).toEqual([0, 1, 2, 3]);
  });

  it('gives all models the same rows, and another address other rows', () => {
    const scoreOf = meanOf([0, 1, 0, 0, 1, 1]);
    const [one, other] = resampleExamples(6, [scoreOf, scoreOf], 'rte');
    expect(one).toEqual(other);
    expect(resampleExamples(6, [scoreOf], 'rte')[0]).toEqual(one);
    expect(resampleExamples(6, [scoreOf], 'cola')[0]).not.toEqual(one);
  });

  it('spreads the score of a mean as theory says: √(p(1 − p)/n)', () => {
    const values = Array.from({ length: 400 }, (_, i) => (i < 100 ? 1 : 0));
    const scores = [...resampleExamples(400, [meanOf(values)], 'task')[0]!];
    expect(mean(scores)).toBeCloseTo(0.25, 2);
    const ratio = standardDeviation(scores)! / Math.sqrt((0.25 * 0.75) / 400);
    expect(Math.abs(ratio - 1)).toBeLessThan(3 / Math.sqrt(2 * draws));
  });

  it('is not a number where the metric is undefined', () => {
    expect(resampleExamples(2, [() => undefined], 'task')[0]).toEqual(constant(Number.NaN));
  });
});

describe('multiBootstrap', () => {
  it('is undefined below six seeds, where its intervals are too narrow', () => {
    const five = [1, 2, 3, 4, 5].map(constant);
    expect(multiBootstrap(five, five, true)).toBeUndefined();
  });

  it('that is paired: what seeds and examples have in common is no spread', () => {
    const shared = [1, 5, 2, 8, 3, 9].map((value) =>
      constant(value).map((score, draw) => score + Math.sin(draw)),
    );
    const ahead = shared.map((scores) => scores.map((score) => score + 0.5));
    const { low, high } = multiBootstrap(ahead, shared, true)!;
    expect(low).toBeCloseTo(0.5, 12);
    expect(high).toBeCloseTo(0.5, 12);
  });

  it('spreads over seeds as a mean of n draws does: ± 1.96 √(variance / n)', () => {
    const differences = Array.from({ length: 100 }, (_, i) => (i % 2 === 0 ? 1 : -1));
    const { low, high } = multiBootstrap(
      differences.map(constant),
      differences.map(() => constant(0)),
      true,
    )!;
    expect(high - low).toBeCloseTo(2 * 1.96 * Math.sqrt(1 / 100), 1);
    expect(low).toBeLessThan(0);
  });

  it('that is not paired spreads over the seeds of both arms, and has the examples alone in common', () => {
    const arm = Array.from({ length: 100 }, (_, i) => constant(i % 2 === 0 ? 1 : -1));
    const withExamples = arm.map((scores) => scores.map((score, draw) => score + 100 * Math.sin(draw)));
    const { low, high } = multiBootstrap(withExamples, withExamples.slice(0, 50), false)!;
    expect(high - low).toBeCloseTo(2 * 1.96 * Math.sqrt(1 / 100 + 1 / 50), 1);
    expect(low).toBeLessThan(0);
  });

  it('is undefined where a resample left the metric undefined', () => {
    const six = [1, 2, 3, 4, 5, 6].map(constant);
    for (const scores of six) scores[17] = Number.NaN;
    expect(multiBootstrap(six, six, true)).toBeUndefined();
  });
});
