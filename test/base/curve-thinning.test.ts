import { describe, expect, it } from 'vitest';
import { placesKept } from '../../src/base/curve-thinning.ts';
import { RandomStream } from '../../src/base/random.ts';

const random = new RandomStream('thin');
const noise = Array.from({ length: 5000 }, () => random.uniform());

describe('a thinned curve', () => {
  it('is the same one where it is short', () => {
    expect(placesKept([3, 1, 2], 4)).toEqual([0, 1, 2]);
  });

  it.each([4, 5, 37, 400])('has at most %i points, in their order', (most) => {
    const kept = placesKept(noise, most);
    expect(kept.length).toBeLessThanOrEqual(most);
    expect(kept).toEqual([...new Set(kept)].sort((a, b) => a - b));
  });

  it('keeps both ends, the highest peak and the lowest', () => {
    const values = noise.with(1234, 7).with(4321, -7);
    const kept = placesKept(values, 40);
    expect(kept).toEqual(expect.arrayContaining([0, 1234, 4321, 4999]));
  });
});
