import { describe, expect, it } from 'vitest';
import { holm } from '../../src/statistics/holm.ts';

const error = 0.05;
/** Of claims with one hypothesis each. */
const stepsOf = (ps: number[]) =>
  holm(
    ps.map((p) => [p]),
    error,
  ).flat();

describe('holm, of claims with one hypothesis', () => {
  it('holds each p against the error over the claims that are left, in the order of p', () => {
    const steps = stepsOf([0.04, 0.001, 0.02]);
    expect(steps.map(({ level }) => level)).toEqual([error / 1, error / 3, error / 2]);
    expect(steps.map(({ isRejected }) => isRejected)).toEqual([true, true, true]);
  });

  it('stops at the first that stands, and holds the rest against the same level', () => {
    const steps = stepsOf([0.04, 0.001, 0.03]);
    expect(steps.map(({ isRejected }) => isRejected)).toEqual([false, true, false]);
    expect(steps.map(({ level }) => level)).toEqual([error / 2, error / 3, error / 2]);
  });

  it('adjusts p so that it is below the error exactly where the claim is rejected', () => {
    const steps = stepsOf([0.04, 0.001, 0.03, 0.9]);
    expect(steps.map(({ adjustedP }) => adjustedP)).toEqual([0.03 * 3, 0.001 * 4, 0.03 * 3, 0.9]);
    for (const { adjustedP, isRejected } of steps) expect(adjustedP < error).toBe(isRejected);
  });

  it('adjusts no p above 1', () => {
    expect(stepsOf([0.8, 0.7]).map(({ adjustedP }) => adjustedP)).toEqual([1, 1]);
  });

  it('is strict to a claim that is alone only by its own p', () => {
    expect(stepsOf([0.049])).toEqual([{ adjustedP: 0.049, level: error, isRejected: true }]);
    expect(holm([], error)).toEqual([]);
  });
});

describe('holm, of claims with two hypotheses that exclude each other', () => {
  it('counts claims, not hypotheses', () => {
    const [one, other] = holm(
      [
        [0.024, 0.9],
        [0.7, 0.6],
      ],
      error,
    );
    expect(one![0]).toEqual({ adjustedP: 0.024 * 2, level: error / 2, isRejected: true });
    expect(other!.map(({ isRejected }) => isRejected)).toEqual([false, false]);
  });

  it('loosens the level only once a claim has nothing more to reject', () => {
    const half = [
      [0.001, 0.9],
      [0.03, 0.8],
    ];
    expect(holm(half, error)[1]![0]).toMatchObject({ level: error / 2, isRejected: false });
    const both = [
      [0.001, 0.002],
      [0.03, 0.8],
    ];
    expect(holm(both, error)[1]![0]).toEqual({ adjustedP: 0.03, level: error, isRejected: true });
  });
});
