import { describe, expect, it } from 'vitest';
import { mean, median, standardDeviation } from '../../src/statistics/describe.ts';

describe('mean and median', () => {
  it('are the sum over n and the middle, or the mean of the middle two', () => {
    expect(mean([1, 2, 6])).toBe((1 + 2 + 6) / 3);
    expect(median([6, 1, 2])).toBe(2);
    expect(median([6, 1, 2, 3])).toBe((2 + 3) / 2);
  });

  it('leave their argument in its order', () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });
});

describe('standardDeviation', () => {
  it('divides by n − 1', () => {
    expect(standardDeviation([1, 2, 6])).toBeCloseTo(Math.sqrt((2 ** 2 + 1 ** 2 + 3 ** 2) / 2), 14);
  });

  it('is undefined below two values', () => {
    expect(standardDeviation([])).toBeUndefined();
    expect(standardDeviation([1])).toBeUndefined();
  });

  it('is exactly 0 where subtraction left equal differences unequal in the last digit', () => {
    const differences = [0.3 - 0.2, 0.6 - 0.5, 0.1];
    expect(new Set(differences).size).toBeGreaterThan(1);
    expect(standardDeviation(differences)).toBe(0);
    expect(standardDeviation([0, 0])).toBe(0);
    expect(standardDeviation([0.1, 0.1 + 1e-6])).toBeGreaterThan(0);
  });
});
