import { describe, expect, it } from 'vitest';
import { draws, multiBootstrap, resampleExamples } from '../../src/statistics/multi-bootstrap.ts';

const constant = (value: number) => new Float64Array(draws).fill(value);
const meanOf = (values: ArrayLike<number>) => (rows: Uint32Array) =>
  rows.reduce((sum, row) => sum + values[row]!, 0) / rows.length;

describe('resampleExamples', () => {
  it('scores the metric on as many rows as there are examples, drawn with replacement', () => {
    const seen = new Set<number>();
    const lengths = resampleExamples(
      4,
      (rows) => {
        for (const row of rows) seen.add(row);
        return rows.length;
      },
      'task',
    );
    expect(new Set(lengths)).toEqual(new Set([4]));
    expect([...seen].sort()).toEqual([0, 1, 2, 3]);
  });

  it('gives models of one address the same rows, and of another address other rows', () => {
    const scoreOf = meanOf([0, 1, 0, 0, 1, 1]);
    expect(resampleExamples(6, scoreOf, 'rte')).toEqual(resampleExamples(6, scoreOf, 'rte'));
    expect(resampleExamples(6, scoreOf, 'rte')).not.toEqual(resampleExamples(6, scoreOf, 'cola'));
  });

  it('spreads the score of a mean as theory says: √(p(1 − p)/n)', () => {
    const values = Array.from({ length: 400 }, (_, i) => (i < 100 ? 1 : 0));
    const scores = resampleExamples(400, meanOf(values), 'task');
    const centre = scores.reduce((a, b) => a + b, 0) / draws;
    const spread = Math.sqrt(scores.reduce((a, b) => a + (b - centre) ** 2, 0) / draws);
    expect(centre).toBeCloseTo(0.25, 2);
    expect(spread / Math.sqrt((0.25 * 0.75) / 400)).toBeCloseTo(1, 0.9);
  });
});

describe('multiBootstrap', () => {
  it('is undefined below six seeds, where its intervals are too narrow', () => {
    const five = [1, 2, 3, 4, 5].map(constant);
    expect(multiBootstrap(five, five)).toBeUndefined();
  });

  it('is paired: what seeds and examples have in common is no spread', () => {
    const shared = [1, 5, 2, 8, 3, 9].map((value) =>
      constant(value).map((score, draw) => score + Math.sin(draw)),
    );
    const ahead = shared.map((scores) => scores.map((score) => score + 0.5));
    const { low, high } = multiBootstrap(ahead, shared)!;
    expect(low).toBeCloseTo(0.5, 12);
    expect(high).toBeCloseTo(0.5, 12);
  });

  it('spreads over seeds as a mean of n draws does: ± 1.96 √(variance / n)', () => {
    const differences = Array.from({ length: 100 }, (_, i) => (i % 2 === 0 ? 1 : -1));
    const { low, high } = multiBootstrap(
      differences.map(constant),
      differences.map(() => constant(0)),
    )!;
    expect(high - low).toBeCloseTo(2 * 1.96 * Math.sqrt(1 / 100), 1);
    expect(low).toBeLessThan(0);
  });

  it('is undefined where a resample left the metric undefined', () => {
    const six = [1, 2, 3, 4, 5, 6].map(constant);
    for (const scores of six) scores[17] = Number.NaN;
    expect(multiBootstrap(six, six)).toBeUndefined();
  });
});
