import { describe, expect, it } from 'vitest';
import { known, presetsFolder } from '../../src/commands/command.ts';
import { resolveConfig } from '../../src/config/resolve.ts';
import { encoderParameters } from '../../src/model/encoder.ts';
import { jitter, tinyModel } from '../helpers/tiny-model.ts';

describe('the switch of two-stage', () => {
  it('makes the discriminator equal to the generator in every weight of the encoder, and copies nothing else', () => {
    const { regime, config, plans, store, sizes } = tinyModel('two-stage');
    jitter(store);
    const headBefore = store.value('discriminator/rtd.output.weights').slice();
    regime.stages[1]!.begin!({ store, plans, config });
    for (const { name } of encoderParameters(sizes)) {
      expect(store.value(`discriminator/${name}`), name).toEqual(store.value(`generator/${name}`));
    }
    expect(store.value('discriminator/rtd.output.weights')).toEqual(headBefore);
  });

  it('leaves the two apart afterwards: no weight is borrowed', () => {
    expect(tinyModel('two-stage').plans.map(({ borrows }) => borrows)).toEqual([undefined, undefined]);
  });

  it('copies nothing where initialiseDiscriminator is false', () => {
    const { regime, config, plans, store } = tinyModel('two-stage');
    const before = store.values.slice();
    const generator = { ...config.generator, initialiseDiscriminator: false };
    regime.stages[1]!.begin!({ store, plans, config: { ...config, generator } });
    expect(store.values).toEqual(before);
  });
});

describe('a two-stage configuration', () => {
  const resolve = (...set: string[]) =>
    resolveConfig('smoke', { set: ['regime=two-stage', ...set], known, presetsFolder });

  it('needs equal sizes', () => {
    expect(() => resolve()).toThrow(
      'generator.size: expected 1, as two-stage begins the discriminator as a copy of the generator, got 0.5; ' +
        'or set generator.initialiseDiscriminator to false',
    );
    expect(resolve('generator.size=1').generator.size).toBe(1);
  });

  it('may have any size where the discriminator begins fresh', () => {
    expect(resolve('generator.initialiseDiscriminator=false').generator.size).toBe(0.5);
  });
});
