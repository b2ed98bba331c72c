import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/base/random.ts';
import { createLion } from '../../src/optim/lion.ts';
import type { OptimiserGroup } from '../../src/optim/optimiser.ts';
import { allocateForUpdates } from '../../src/optim/update-kernel.ts';
import { relativeDifference } from '../helpers/engines.ts';
import { zeroMoments } from '../helpers/tiny-model.ts';

const options = {
  beta1: 0.9,
  beta2: 0.99,
  epsilon: 1e-6,
  weightDecay: 0,
  clipNorm: 0,
  biasCorrection: false,
};
const group = (end: number, changes: Partial<OptimiserGroup> = {}): OptimiserGroup[] => [
  { start: 0, end, decays: false, scale: 1, network: 'bert', ...changes },
];

describe('one step of Lion', () => {
  it('moves every weight by the rate, against the sign of its gradient, however large that is', () => {
    const values = Float32Array.of(1, 1, 1, 1);
    createLion(zeroMoments(4), group(4), options).update(values, Float32Array.of(3e-7, -500, 0, -0), 0.25, 1);
    expect([...values]).toEqual([1 - 0.25, 1 + 0.25, 1, 1]);
  });

  it('looks at β1 · m + (1 − β1) · g, and keeps β2 · m + (1 − β2) · g', () => {
    const values = Float32Array.of(1, 1);
    const moments = { first: Float32Array.of(0.5, 0.5), second: new Float32Array(2) };
    // 0.9 · 0.5 − 0.1 · 4 = 0.05 is above 0; 0.9 · 0.5 − 0.1 · 5 = −0.05 is below.
    createLion(moments, group(2), options).update(values, Float32Array.of(-4, -5), 0.25, 1);
    expect([...values]).toEqual([1 - 0.25, 1 + 0.25]);
    expect(moments.first[0]).toBeCloseTo(0.99 * 0.5 - 0.01 * 4, 6);
    expect(moments.first[1]).toBeCloseTo(0.99 * 0.5 - 0.01 * 5, 6);
    expect([...moments.second]).toEqual([0, 0]);
  });

  it('decays a weight by rate · decay, apart from the gradient', () => {
    const values = Float32Array.of(2);
    const lion = createLion(zeroMoments(1), group(1, { decays: true }), { ...options, weightDecay: 0.5 });
    lion.update(values, Float32Array.of(1), 0.1, 1);
    expect(values[0]).toBeCloseTo(2 - 0.1 * (1 + 0.5 * 2), 6);
  });

  it('multiplies both the step and the decay with the scale of a group', () => {
    const values = Float32Array.of(2);
    const lion = createLion(zeroMoments(1), group(1, { decays: true, scale: 0.25 }), {
      ...options,
      weightDecay: 0.5,
    });
    lion.update(values, Float32Array.of(1), 0.4, 1);
    expect(values[0]).toBeCloseTo(2 - 0.4 * 0.25 * (1 + 0.5 * 2), 6);
  });

  it('returns the norm before clipping, and takes the clipped gradient into its moment', () => {
    const moments = zeroMoments(2);
    const lion = createLion(moments, group(2), { ...options, clipNorm: 1 });
    const { total } = lion.update(new Float32Array(2), Float32Array.of(3, 4), 0.1, 1);
    expect(total).toBe(Math.hypot(3, 4));
    expect(moments.first[0]).toBeCloseTo(0.01 * (3 / 5), 7);
  });
});

describe('Lion', () => {
  it('never moves what is in no group', () => {
    const values = Float32Array.of(1, 2, 3);
    const lion = createLion(zeroMoments(3), [{ ...group(2)[0]!, start: 1 }], options);
    lion.update(values, Float32Array.of(9, 9, 9), 0.5, 1);
    expect([...values]).toEqual([1, 2 - 0.5, 3]);
  });

  it('agrees with a plain reference over 20 steps', () => {
    const random = new RandomStream('lion');
    const normals = () => Float32Array.from({ length: 10 }, () => random.truncatedNormal());
    const start = normals();
    const gradients = Array.from({ length: 20 }, normals);
    const values = start.slice();
    const lion = createLion(zeroMoments(10), group(10, { decays: true }), { ...options, weightDecay: 0.1 });
    for (const [t, gradient] of gradients.entries()) lion.update(values, gradient, 0.01, t + 1);
    const [w, m] = [Float64Array.from(start), new Float64Array(10)];
    for (const g of gradients) {
      for (let i = 0; i < 10; i++) {
        w[i] = w[i]! - 0.01 * (Math.sign(0.9 * m[i]! + 0.1 * g[i]!) + 0.1 * w[i]!);
        m[i] = 0.99 * m[i]! + 0.01 * g[i]!;
      }
    }
    expect(relativeDifference(values, Float32Array.from(w))).toBeLessThan(1e-5);
  });

  it.each([1, 4, 4096 + 4, 2 * 4096 + 3])(
    'gives the same bits in place as on copies, for %i weights',
    (size) => {
      const random = new RandomStream('weights', size);
      const normals = () => Float32Array.from({ length: size }, () => random.truncatedNormal());
      const [start, gradients] = [normals(), normals()];
      const home = allocateForUpdates(size);
      const away = { values: start.slice(), gradients, ...zeroMoments(size) };
      for (const arrays of [home, away]) {
        arrays.values.set(start);
        arrays.gradients.set(gradients);
        const lion = createLion(arrays, group(size, { decays: true }), { ...options, weightDecay: 0.1 });
        for (const step of [1, 2]) lion.update(arrays.values, arrays.gradients, 0.1, step);
      }
      expect(home).toEqual(away);
      expect(home.values).not.toEqual(start);
    },
  );
});
