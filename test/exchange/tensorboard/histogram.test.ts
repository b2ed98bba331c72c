import { expect, it } from 'vitest';
import { histogramOf } from '../../../src/exchange/tensorboard/histogram.ts';

it('counts every value once, in thirty buckets of one width between the smallest and the largest', () => {
  const values = Float32Array.from({ length: 61 }, (_, i) => i / 2); // 0, 0.5, …, 30: each bucket has two, the first three
  const { limits, counts, ...whole } = histogramOf(values);
  expect(limits).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
  expect(counts).toEqual([3, ...Array.from({ length: 29 }, () => 2)]);
  const squares = (60 * 61 * 121) / 6 / 4; // Σ n² / 4 for n = 0 … 60
  expect(whole).toEqual({ min: 0, max: 30, count: 61, sum: (60 * 61) / 2 / 2, sumOfSquares: squares });
});

it('has one bucket where all values are the same', () => {
  expect(histogramOf(Float32Array.of(2, 2, 2))).toEqual({
    ...{ min: 2, max: 2, count: 3, sum: 6, sumOfSquares: 12 },
    ...{ limits: [2], counts: [3] },
  });
});
