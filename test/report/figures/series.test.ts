import { describe, expect, it } from 'vitest';
import { spreadOf } from '../../../src/report/figures/series.ts';

describe('the interval of a mean', () => {
  it('is Student’s: mean ± t · sd / √n', () => {
    const { n, mean, low, high } = spreadOf([1, 2, 3, 4, 5])!;
    // The 0.975 quantile of t with 4 degrees of freedom, from any printed table.
    const half = (2.776445 * Math.sqrt((4 + 1 + 0 + 1 + 4) / 4)) / Math.sqrt(5);
    expect([n, mean]).toEqual([5, 3]);
    expect(low).toBeCloseTo(3 - half, 5);
    expect(high).toBeCloseTo(3 + half, 5);
  });

  it('is absent for one value, and the mean for none', () => {
    expect(spreadOf([0.5])).toEqual({ n: 1, mean: 0.5 });
    expect(spreadOf([])).toBeUndefined();
  });

  it('has no width where all seeds agree', () => {
    expect(spreadOf([2, 2, 2])).toEqual({ n: 3, mean: 2, low: 2, high: 2 });
  });
});
