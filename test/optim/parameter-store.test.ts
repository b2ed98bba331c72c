import { describe, expect, it } from 'vitest';
import type { NetworkPlan } from '../../src/model/network.ts';
import type { ParameterSpec } from '../../src/model/parameters.ts';
import {
  createParameterStore,
  initialiseParameters,
  underPrefix,
  viewsOf,
} from '../../src/optim/parameter-store.ts';
import { tinyModel, tinySizes, tinyTokenCounts } from '../helpers/tiny-model.ts';

const parameter = (
  name: string,
  shape: number[],
  initial: ParameterSpec['initial'] = { std: 1 },
): ParameterSpec => ({
  name,
  shape,
  initial,
  decays: true,
  depth: 0,
});
const plan = (name: NetworkPlan['name'], parameters: ParameterSpec[]): NetworkPlan => ({
  name,
  sizes: tinySizes(),
  parameters,
});

describe('a parameter store', () => {
  const table = parameter('embeddings.token', [5, 2]);
  const generator: NetworkPlan = {
    ...plan('generator', [table, parameter('w', [2, 2])]),
    borrows: { from: 'discriminator', names: [table.name] },
  };
  const store = createParameterStore([plan('discriminator', [table, parameter('w', [3])]), generator]);

  it('lays the weights that networks own end to end', () => {
    expect(store.parameters.map(({ key, network, start, end }) => [key, network, start, end])).toEqual([
      ['discriminator/embeddings.token', 'discriminator', 0, 10],
      ['discriminator/w', 'discriminator', 10, 13],
      ['generator/w', 'generator', 13, 17],
    ]);
    expect(store.values.length).toBe(17);
  });

  it('gives views, not copies', () => {
    store.value('discriminator/w').set([1, 2, 3]);
    expect([...store.values.subarray(10, 13)]).toEqual([1, 2, 3]);
    const moments = new Float32Array(17);
    const views = underPrefix('gradients', viewsOf(moments, store.parameters));
    views['gradients/generator/w']![0] = 7;
    expect(moments[13]).toBe(7);
  });
});

describe('initialisation', () => {
  const initialised = (plans: NetworkPlan[], seed = 1) => {
    const store = createParameterStore(plans);
    initialiseParameters(store, seed, tinyTokenCounts);
    return store;
  };

  it('gives a weight the same values whatever other weights there are', () => {
    const w = parameter('w', [4, 4]);
    const alone = initialised([plan('bert', [w])]).value('bert/w');
    const among = initialised([
      plan('generator', [parameter('v', [3])]),
      plan('bert', [parameter('a', [7]), w, parameter('z', [2])]),
    ]).value('bert/w');
    expect(among).toEqual(alone);
  });

  it('gives each weight, network and seed its own', () => {
    const specs = [parameter('a', [4]), parameter('b', [4])];
    const one = initialised([plan('bert', specs), plan('generator', specs)]);
    const other = initialised([plan('bert', specs), plan('generator', specs)], 2);
    const all = [...one.parameters, ...other.parameters].map(({ key }, i) =>
      (i < one.parameters.length ? one : other).value(key).join(),
    );
    expect(new Set(all).size).toBe(all.length);
  });

  it('is zeros, ones, or normal with the given deviation, cut off at two of them', () => {
    const store = initialised([
      plan('bert', [
        parameter('zeros', [4], 'zeros'),
        parameter('ones', [4], 'ones'),
        parameter('normal', [10_000], { std: 0.02 }),
      ]),
    ]);
    expect([...store.value('bert/zeros')]).toEqual([0, 0, 0, 0]);
    expect([...store.value('bert/ones')]).toEqual([1, 1, 1, 1]);
    const normal = store.value('bert/normal');
    expect(Math.max(...normal.map(Math.abs))).toBeLessThanOrEqual(Math.fround(2 * 0.02));
    // The deviation of a standard normal cut off at two is 0.8796.
    const deviation = Math.sqrt(normal.reduce((sum, value) => sum + value * value, 0) / normal.length);
    expect(deviation).toBeCloseTo(0.02 * 0.8796, 3);
  });

  it('is the centred log frequency of each token where it is told so', () => {
    const { store } = tinyModel('bert', { outputBias: 'unigram' });
    const bias = store.value('bert/mlm.outputBias');
    const logs = [...tinyTokenCounts].map((count) => Math.log(count + 1));
    const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
    expect(bias.length).toBe(tinyTokenCounts.length);
    for (const [id, log] of logs.entries()) expect(bias[id]).toBeCloseTo(log - mean, 5);
  });
});
