import { describe, expect, it } from 'vitest';
import { holm } from '../../src/statistics/holm.ts';

const error = 0.05;

describe('holm', () => {
  it('holds each p against the error over the claims that are left, in the order of p', () => {
    const steps = holm([0.04, 0.001, 0.02], error);
    expect(steps.map(({ level }) => level)).toEqual([error / 1, error / 3, error / 2]);
    expect(steps.map(({ isRejected }) => isRejected)).toEqual([true, true, true]);
  });

  it('stops at the first that stands, and holds the rest against the same level', () => {
    const steps = holm([0.04, 0.001, 0.03], error);
    expect(steps.map(({ isRejected }) => isRejected)).toEqual([false, true, false]);
    expect(steps.map(({ level }) => level)).toEqual([error / 2, error / 3, error / 2]);
  });

  it('adjusts p so that it is below the error exactly where the claim is rejected', () => {
    const steps = holm([0.04, 0.001, 0.03, 0.9], error);
    expect(steps.map(({ adjustedP }) => adjustedP)).toEqual([0.03 * 3, 0.001 * 4, 0.03 * 3, 0.9]);
    for (const { adjustedP, isRejected } of steps) expect(adjustedP < error).toBe(isRejected);
  });

  it('adjusts no p above 1', () => {
    expect(holm([0.8, 0.7], error).map(({ adjustedP }) => adjustedP)).toEqual([1, 1]);
  });

  it('is strict to a claim that is alone only by its own p', () => {
    expect(holm([0.049], error)).toEqual([{ adjustedP: 0.049, level: error, isRejected: true }]);
    expect(holm([], error)).toEqual([]);
  });
});
