import { describe, expect, it } from 'vitest';
import { engineRate, fastestOf, pythonRate } from '../../src/engine/matrix-rate.ts';
import { onnx } from '../helpers/engines.ts';

const tiny = { sizes: [16, 8], seconds: 0.01 };

describe('the rate of matrix products', () => {
  it('is the best of the sizes that were tried', () => {
    const rate = (flopsPerSecond: number) => ({ library: 'toy', size: 8, flopsPerSecond });
    expect(fastestOf([rate(2), rate(3), rate(1)])).toEqual(rate(3));
  });

  it('names the engine and a size that it tried', async () => {
    const { library, size, flopsPerSecond } = await engineRate(onnx, tiny);
    expect(library).toBe(onnx.description);
    expect(tiny.sizes).toContain(size);
    expect(flopsPerSecond).toBeGreaterThan(0);
  });

  it('is not known of a Python that is not there', async () => {
    expect(await pythonRate('no-such-python', 1, tiny)).toBeUndefined();
  });
});
