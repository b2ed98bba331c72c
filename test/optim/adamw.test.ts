import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/base/random.ts';
import { createAdamW } from '../../src/optim/adamw.ts';
import { type OptimiserGroup, optimiserGroups, trainedGroups } from '../../src/optim/optimiser.ts';
import { createParameterStore } from '../../src/optim/parameter-store.ts';
import { allocateForUpdates } from '../../src/optim/update-kernel.ts';
import { relativeDifference } from '../helpers/engines.ts';
import { tinyModel, zeroMoments } from '../helpers/tiny-model.ts';

const options = {
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-6,
  weightDecay: 0,
  clipNorm: 0,
  biasCorrection: false,
};
const network = 'generator';
const plain = (end: number): OptimiserGroup[] => [{ start: 0, end, decays: false, scale: 1, network }];

describe('one step of AdamW', () => {
  it('moves a weight by rate · m / (√v + ε), without bias correction', () => {
    const values = Float32Array.of(1);
    createAdamW(zeroMoments(1), plain(1), options).update(values, Float32Array.of(0.3), 0.1, 1);
    const [m, v] = [0.1 * 0.3, 0.001 * 0.3 ** 2];
    expect(values[0]).toBeCloseTo(1 - (0.1 * m) / (Math.sqrt(v) + 1e-6), 6);
  });

  it('moves a weight by about the rate in its first step, with bias correction', () => {
    const values = Float32Array.of(1, 1);
    const adam = createAdamW(zeroMoments(2), plain(2), { ...options, biasCorrection: true });
    adam.update(values, Float32Array.of(0.3, -500), 0.1, 1);
    expect(values[0]).toBeCloseTo(1 - 0.1, 4);
    expect(values[1]).toBeCloseTo(1 + 0.1, 4);
  });

  it('decays a weight by rate · decay, apart from the gradient', () => {
    const values = Float32Array.of(2, 2);
    const groups = [
      { start: 0, end: 1, decays: true, scale: 1, network },
      { start: 1, end: 2, decays: false, scale: 1, network },
    ];
    createAdamW(zeroMoments(2), groups, { ...options, weightDecay: 0.5 }).update(
      values,
      new Float32Array(2),
      0.1,
      1,
    );
    expect(values[0]).toBeCloseTo(2 - 0.1 * 0.5 * 2, 6);
    expect(values[1]).toBe(2);
  });

  it('multiplies both the step and the decay with the scale of a group', () => {
    const step = (scale: number, learningRate: number) => {
      const values = Float32Array.of(2);
      const groups = [{ start: 0, end: 1, decays: true, scale, network }];
      const adam = createAdamW(zeroMoments(1), groups, { ...options, weightDecay: 0.5 });
      adam.update(values, Float32Array.of(0.3), learningRate, 1);
      return values[0];
    };
    expect(step(0.25, 0.1)).toBeCloseTo(step(1, 0.025)!, 6);
  });

  it('returns the global norm, and shortens gradients that are longer than the limit', () => {
    const gradients = Float32Array.of(3, 4);
    const [clipped, short] = [new Float32Array(2), new Float32Array(2)];
    const { total } = createAdamW(zeroMoments(2), plain(2), { ...options, clipNorm: 1 }).update(
      clipped,
      gradients,
      0.1,
      1,
    );
    expect(total).toBe(Math.hypot(3, 4));
    createAdamW(zeroMoments(2), plain(2), options).update(short, Float32Array.of(3 / 5, 4 / 5), 0.1, 1);
    expect(relativeDifference(clipped, short)).toBeLessThan(1e-6);
    expect([...gradients]).toEqual([3, 4]);
  });

  it('leaves gradients within the limit as they are', () => {
    const [within, free] = [new Float32Array(2), new Float32Array(2)];
    createAdamW(zeroMoments(2), plain(2), { ...options, clipNorm: 1 }).update(
      within,
      Float32Array.of(0.3, 0.4),
      0.1,
      1,
    );
    createAdamW(zeroMoments(2), plain(2), options).update(free, Float32Array.of(0.3, 0.4), 0.1, 1);
    expect(within).toEqual(free);
  });

  it('returns a norm that is not finite where a gradient is not', () => {
    const adam = createAdamW(zeroMoments(2), plain(2), { ...options, clipNorm: 1 });
    expect(adam.update(new Float32Array(2), Float32Array.of(Number.NaN, 1), 0.1, 1).total).toBeNaN();
  });
});

describe('AdamW', () => {
  it('tells the norms of the networks apart, and that of all of them together', () => {
    const groups = [
      { start: 0, end: 1, decays: true, scale: 1, network: 'discriminator' },
      { start: 1, end: 2, decays: false, scale: 1, network: 'discriminator' },
      { start: 2, end: 3, decays: true, scale: 1, network: 'generator' },
    ];
    const adam = createAdamW(zeroMoments(3), groups, options);
    expect(adam.update(new Float32Array(3), Float32Array.of(3, 4, 12), 0.1, 1)).toEqual({
      total: Math.hypot(3, 4, 12),
      byNetwork: { discriminator: Math.hypot(3, 4), generator: 12 },
    });
  });

  it('clips each network by its own norm where clipBy is network, so that a steep one slows no other', () => {
    const groups = [
      { start: 0, end: 1, decays: false, scale: 1, network: 'discriminator' },
      { start: 1, end: 2, decays: false, scale: 1, network: 'generator' },
    ];
    const moved = (clipBy: 'all' | 'network') => {
      const moments = zeroMoments(2);
      const adam = createAdamW(moments, groups, { ...options, clipNorm: 1, clipBy });
      adam.update(new Float32Array(2), Float32Array.of(10, 0.5), 0.1, 1);
      return [...moments.first];
    };
    const first = (gradient: number) => 0.1 * gradient;
    const together = Math.hypot(10, 0.5);
    for (const [i, gradient] of [10 / together, 0.5 / together].entries())
      expect(moved('all')[i]).toBeCloseTo(first(gradient), 6);
    for (const [i, gradient] of [1, 0.5].entries())
      expect(moved('network')[i]).toBeCloseTo(first(gradient), 6);
  });

  it('updates each weight alike, wherever a block of the kernel begins or ends', () => {
    const size = 2 * 4096 + 3;
    const [values, moments] = [new Float32Array(size).fill(1), zeroMoments(size)];
    const groups = [{ start: 1, end: size - 1, decays: true, scale: 1, network }];
    const adam = createAdamW(moments, groups, { ...options, weightDecay: 0.1 });
    const { total } = adam.update(values, new Float32Array(size).fill(0.5), 0.1, 1);
    expect(total).toBeCloseTo(0.5 * Math.sqrt(size - 2), 10);
    expect(values[1]).not.toBe(1);
    expect([...values]).toEqual([1, ...new Array(size - 2).fill(values[1]), 1]);
    expect(new Set(moments.second)).toEqual(new Set([0, Math.fround(Math.fround(1 - 0.999) * 0.25)]));
  });

  it.each([1, 4, 4096 + 4, 2 * 4096 + 3])(
    'gives the same bits in place as on copies, for %i weights',
    (size) => {
      const random = new RandomStream('weights', size);
      const normals = () => Float32Array.from({ length: size }, () => random.truncatedNormal());
      const [start, gradients] = [normals(), normals()];
      const groups = [{ start: size > 4 ? 3 : 0, end: size, decays: true, scale: 0.5, network }];
      const home = allocateForUpdates(size);
      const away = { values: start.slice(), gradients, ...zeroMoments(size) };
      const norms = [home, away].map((arrays) => {
        arrays.values.set(start);
        arrays.gradients.set(gradients);
        const adam = createAdamW(arrays, groups, { ...options, clipNorm: 1, weightDecay: 0.1 });
        return [1, 2].map((step) => adam.update(arrays.values, arrays.gradients, 0.1, step).total);
      });
      expect(norms[0]).toEqual(norms[1]);
      expect(home).toEqual(away);
      expect(home.values).not.toEqual(start);
    },
  );

  it('sets a moment to zero that has faded below the smallest normal float32', () => {
    const moments = { first: Float32Array.of(1.2e-38, 1.4e-38), second: new Float32Array(2) };
    createAdamW(moments, plain(2), options).update(new Float32Array(2), new Float32Array(2), 0.1, 1);
    expect([...moments.first]).toEqual([0, Math.fround(Math.fround(0.9) * Math.fround(1.4e-38))]);
  });

  /** As the reference code writes it, weight by weight, in float64. */
  function reference(
    start: Float32Array,
    gradients: Float32Array[],
    decays: (i: number) => boolean,
    biasCorrection: boolean,
  ): Float32Array {
    const [beta1, beta2, rate, decay, limit] = [0.9, 0.999, 0.01, 0.1, 1];
    const w = Float64Array.from(start);
    const [m, v] = [new Float64Array(w.length), new Float64Array(w.length)];
    for (const [t, raw] of gradients.entries()) {
      const norm = Math.hypot(...raw);
      for (let i = 0; i < w.length; i++) {
        const g = raw[i]! * Math.min(1, limit / norm);
        m[i] = beta1 * m[i]! + (1 - beta1) * g;
        v[i] = beta2 * v[i]! + (1 - beta2) * g * g;
        const corrected = biasCorrection ? Math.sqrt(1 - beta2 ** (t + 1)) / (1 - beta1 ** (t + 1)) : 1;
        const update = (corrected * m[i]!) / (Math.sqrt(v[i]!) + 1e-6);
        w[i] = w[i]! - rate * (update + (decays(i) ? decay * w[i]! : 0));
      }
    }
    return Float32Array.from(w);
  }

  it.each([true, false])(
    'agrees with a plain reference over 20 steps (bias correction %s)',
    (biasCorrection) => {
      const random = new RandomStream('adam');
      const normals = (scale: number) =>
        Float32Array.from({ length: 10 }, () => scale * random.truncatedNormal());
      const start = normals(1);
      const gradients = Array.from({ length: 20 }, (_, t) => normals(t % 2 === 0 ? 1 : 0.01));
      const groups = [
        { start: 0, end: 4, decays: true, scale: 1, network },
        { start: 4, end: 10, decays: false, scale: 1, network },
      ];
      const values = start.slice();
      const adam = createAdamW(zeroMoments(10), groups, {
        ...options,
        weightDecay: 0.1,
        clipNorm: 1,
        biasCorrection,
      });
      for (const [t, gradient] of gradients.entries()) adam.update(values, gradient, 0.01, t + 1);
      const expected = reference(start, gradients, (i) => i < 4, biasCorrection);
      expect(relativeDifference(values, expected)).toBeLessThan(1e-5);
    },
  );

  it('never moves what is in no group, nor lets its gradient count', () => {
    const values = Float32Array.of(1, 2, 3);
    const moments = zeroMoments(3);
    const adam = createAdamW(moments, [{ start: 1, end: 2, decays: true, scale: 1, network }], {
      ...options,
      weightDecay: 0.1,
    });
    for (let step = 1; step <= 5; step++) {
      expect(adam.update(values, Float32Array.of(100, 0.5, 100), 0.1, step).total).toBe(0.5);
    }
    expect([values[0], values[2]]).toEqual([1, 3]);
    expect([moments.first[0], moments.second[2]]).toEqual([0, 0]);
    expect(values[1]).not.toBe(2);
  });
});

describe('optimiser groups', () => {
  const { parameters, values } = createParameterStore(tinyModel('joint').plans);

  it('cover every weight once, neighbours of the same treatment together', () => {
    const groups = optimiserGroups(parameters, () => 1);
    expect(groups[0]!.start).toBe(0);
    expect(groups.at(-1)!.end).toBe(values.length);
    for (let i = 1; i < groups.length; i++) {
      expect(groups[i]!.start).toBe(groups[i - 1]!.end);
      const [group, before] = [groups[i]!, groups[i - 1]!];
      expect([group.decays, group.network]).not.toEqual([before.decays, before.network]);
    }
  });

  it('decay matrices and tables, not biases, layer norms or relative biases', () => {
    const names = (decays: boolean) =>
      new Set(
        parameters.filter(({ spec }) => spec.decays === decays).map(({ key }) => key.split('.').at(-1)),
      );
    expect(names(true)).toEqual(new Set(['token', 'position', 'segment', 'weights']));
    expect(names(false)).toEqual(new Set(['gain', 'bias', 'outputBias']));
    const relative = tinyModel('bert', { positions: 'relative-bias' }).store.parameters;
    const biases = relative.filter(({ key }) => key.endsWith('relativeBias'));
    expect(biases.map(({ spec }) => spec.decays)).toEqual([false, false]);
  });

  it('leave out what is frozen', () => {
    const isFrozen = (network: string) => network === 'discriminator';
    const groups = optimiserGroups(parameters, ({ network }) => (isFrozen(network) ? undefined : 1));
    const first = parameters.find(({ network }) => network === 'generator')!;
    expect(groups[0]!.start).toBe(first.start);
  });

  it('keep weights of different scales apart', () => {
    const groups = optimiserGroups(parameters, ({ spec }) => 0.5 ** spec.depth);
    for (const { spec, start, end } of parameters) {
      const group = groups.find((candidate) => candidate.start <= start && end <= candidate.end)!;
      expect([group.scale, group.decays]).toEqual([0.5 ** spec.depth, spec.decays]);
    }
  });
});

describe('the groups of a stage', () => {
  const { store } = tinyModel('joint');
  const scalesOf = (networks: readonly string[], generatorRate: number) => {
    const groups = trainedGroups(store.parameters, networks, { generatorRate });
    return Object.fromEntries(groups.map(({ network, scale }) => [network, scale]));
  };

  it('have the configured multiple of the rate where the generator owns the weights', () => {
    expect(scalesOf(['generator', 'discriminator'], 0.25)).toEqual({ discriminator: 1, generator: 0.25 });
  });

  it('leave out networks that the stage does not train', () => {
    expect(scalesOf(['discriminator'], 0.25)).toEqual({ discriminator: 1 });
  });
});
