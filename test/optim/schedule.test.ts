import { describe, expect, it } from 'vitest';
import { learningRateAt } from '../../src/optim/schedule.ts';

describe('the learning rate', () => {
  const rate = (step: number) => learningRateAt(step, step / 16, 8, 4);

  it.each([
    [0, 8 * (16 / 16) * (1 / 4)],
    [1, 8 * (15 / 16) * (2 / 4)],
    [3, 8 * (13 / 16) * (4 / 4)],
    [4, 8 * (12 / 16)],
    [8, 8 * (8 / 16)],
    [15, 8 * (1 / 16)],
  ])('after %d of 16 updates, 4 of them warm-up, is %d', (step, expected) => {
    expect(rate(step)).toBeCloseTo(expected, 12);
  });

  it('stays below its peak, for warm-up and decay are multiplied', () => {
    const highest = Math.max(...Array.from({ length: 16 }, (_, step) => rate(step)));
    expect(highest).toBe(8 * (13 / 16));
  });

  it('begins at its peak without warm-up, and reaches zero only after the last update', () => {
    expect(learningRateAt(0, 0, 8, 0)).toBe(8);
    expect(learningRateAt(15, 15 / 16, 8, 0)).toBeGreaterThan(0);
    expect(learningRateAt(16, 1, 8, 0)).toBe(0);
  });
});
