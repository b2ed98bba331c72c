import { describe, expect, it } from 'vitest';
import { layerChoices, standardised } from '../../../src/downstream/probe/standardise.ts';

const featuresOf = (...layers: number[][]) => ({
  ...{ count: layers[0]!.length / 2, width: 2 },
  layers: layers.map((values) => Float32Array.from(values)),
});

describe('standardised features', () => {
  it('are those of all layers side by side, and of each by itself', () => {
    expect(layerChoices(featuresOf([], [], []))).toEqual([
      ...[{ name: 'all', numbers: [0, 1, 2] }],
      ...[0, 1, 2].map((layer) => ({ name: String(layer), numbers: [layer] })),
    ]);
  });

  it('have mean 0 and spread 1 over the training rows, and the same scale elsewhere', () => {
    // Columns 1, 3 and 10, 30: means 2 and 20, spreads 1 and 10.
    const { width, train, others } = standardised([0], featuresOf([1, 10, 3, 30]), [featuresOf([2, 50])]);
    expect(width).toBe(2);
    expect([...train]).toEqual([-1, -1, 1, 1]);
    expect([...others[0]!]).toEqual([0, 3]);
  });

  it('keep the rows together where layers stand side by side', () => {
    const { width, train } = standardised([0, 1], featuresOf([1, 1, 3, 3], [30, 30, 10, 10]), []);
    expect(width).toBe(4);
    expect([...train]).toEqual([-1, -1, 1, 1, 1, 1, -1, -1]);
  });

  it('of a number that never changes are 0', () => {
    expect([...standardised([0], featuresOf([7, 1, 7, 3]), []).train]).toEqual([0, -1, 0, 1]);
  });
});
