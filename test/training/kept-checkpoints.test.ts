import { describe, expect, it } from 'vitest';
import { fractionsReached } from '../../src/training/kept-checkpoints.ts';

/** The steps of a run at which each fraction is reached. */
function stepsFor(fractions: number[], steps: number): Record<string, number[]> {
  const reached = Array.from({ length: steps }, (_, i) =>
    fractionsReached(fractions, i / steps, (i + 1) / steps).map((fraction) => [fraction, i + 1] as const),
  ).flat();
  const of = (fraction: number) => reached.flatMap(([found, step]) => (found === fraction ? [step] : []));
  return Object.fromEntries(fractions.map((fraction) => [fraction, of(fraction)]));
}

describe('a fraction of the budget', () => {
  it('is reached at the first step at or after it, and once', () => {
    expect(stepsFor([0.25, 0.5, 0.9], 10)).toEqual({ 0.25: [3], 0.5: [5], 0.9: [9] });
  });

  it('is not missed or put off by rounding', () => {
    for (let steps = 1; steps <= 200; steps++) {
      const fractions = Array.from({ length: 9 }, (_, i) => (i + 1) / 10);
      const expected = fractions.map((_, i) => [Math.ceil(((i + 1) * steps) / 10)]);
      expect(Object.values(stepsFor(fractions, steps))).toEqual(expected);
    }
  });

  it('can be reached together with another, by a large step', () => {
    expect(fractionsReached([0.1, 0.2, 0.9], 0, 0.5)).toEqual([0.1, 0.2]);
  });
});
