import { describe, expect, it } from 'vitest';
import type { sharingModes } from '../../src/config/sections.ts';
import { encoderParameters } from '../../src/model/encoder.ts';
import { ownedParameters, weightKey } from '../../src/model/network.ts';
import { discriminatorPlan, maskedLmPlan, share, withGenerator } from '../../src/model/plans.ts';
import { weightOf } from '../../src/optim/parameter-store.ts';
import { copyOf, onnx } from '../helpers/engines.ts';
import { compileStep, jitter, tinyConfig, tinyModel, tinySizes } from '../helpers/tiny-model.ts';

const sizes = tinySizes();
const tables = ['embeddings.token', 'embeddings.position', 'embeddings.segment'];
const pair = (mode: (typeof sharingModes)[number]) =>
  share(discriminatorPlan(sizes), maskedLmPlan('generator', sizes), mode);
const namesOf = (plan: Parameters<typeof ownedParameters>[0]) =>
  ownedParameters(plan).map(({ name }) => name);

describe('sharing', () => {
  it('of nothing leaves each network with weights of its own', () => {
    const [discriminator, generator] = pair('none');
    expect(namesOf(discriminator)).toEqual(expect.arrayContaining(tables));
    expect(namesOf(generator)).toEqual(expect.arrayContaining(tables));
  });

  it('of embeddings leaves the tables, and nothing else, to the discriminator', () => {
    const [discriminator, generator] = pair('embeddings');
    expect(namesOf(discriminator)).toEqual(expect.arrayContaining(tables));
    expect(generator.borrows!.names).toEqual(tables);
    expect(namesOf(generator)).not.toContain('embeddings.token');
    expect(weightKey(generator, 'embeddings.token')).toBe('discriminator/embeddings.token');
    expect(weightKey(generator, 'embeddings.norm.gain')).toBe('generator/embeddings.norm.gain');
  });

  it('of all leaves the generator its head only', () => {
    const [, generator] = pair('all');
    const encoder = encoderParameters(sizes).map(({ name }) => name);
    expect(namesOf(generator).length).toBeGreaterThan(0);
    for (const name of namesOf(generator)) expect(name).toMatch(/^mlm\./);
    expect(generator.borrows!.names).toEqual(encoder);
  });

  it('disentangled leaves the tables to the generator and the discriminator an offset of zeros', () => {
    const [discriminator, generator] = pair('disentangled');
    expect(namesOf(generator)).toEqual(expect.arrayContaining(tables));
    const offsets = discriminator.parameters.filter(({ name }) => name.endsWith('.offset'));
    expect(offsets.map(({ name }) => name)).toEqual(tables.map((name) => `${name}.offset`));
    for (const { initial } of offsets) expect(initial).toBe('zeros');
  });
});

describe('disentangled sharing', () => {
  const disentangled = { sharing: 'disentangled' } as const;

  it('reads the sum of the generator’s table and the offset', () => {
    const { plans, store } = tinyModel('joint', {}, disentangled);
    jitter(store);
    const [table, offset] = [
      store.value('generator/embeddings.token'),
      store.value('discriminator/embeddings.token.offset'),
    ];
    const sum = weightOf(store, plans[0]!, 'embeddings.token');
    expect(sum).toEqual(table.map((value, i) => value + offset[i]!));
  });

  it('begins where sharing of embeddings begins: with the same table for both', () => {
    const { plans, store } = tinyModel('joint', {}, disentangled);
    const [discriminator, generator] = plans as [(typeof plans)[0], (typeof plans)[0]];
    const read = (plan: typeof discriminator) => weightOf(store, plan, 'embeddings.token');
    expect(read(discriminator)).toEqual(read(generator));
  });

  it('lets the discriminator’s loss move the offset and not the table', async () => {
    const gradients = async (discriminatorWeight: number) => {
      const model = tinyModel('joint', {}, disentangled);
      jitter(model.store);
      model.config.objective.discriminatorWeight = discriminatorWeight;
      const { compiled } = await compileStep(onnx, model);
      await compiled.run();
      const outputs = copyOf(compiled.outputs);
      await compiled.dispose();
      return outputs;
    };
    const [without, with50] = [await gradients(0), await gradients(50)];
    const [table, offset] = [
      'gradients/generator/embeddings.token',
      'gradients/discriminator/embeddings.token.offset',
    ];
    expect(with50[table]).toEqual(without[table]);
    expect(without[offset]!.every((value) => value === 0)).toBe(true);
    expect(with50[offset]!.some((value) => value !== 0)).toBe(true);
  });
});

describe('a generator without context', () => {
  const { generator } = tinyConfig('joint');

  it.each(['unigram', 'uniform'] as const)(
    'of kind %s has one frozen distribution and shares nothing',
    (kind) => {
      const [discriminator, plan] = withGenerator(discriminatorPlan(sizes), { ...generator, kind });
      expect(plan.parameters).toMatchObject([{ name: 'logits', shape: [sizes.vocabulary], isFrozen: true }]);
      expect(plan.borrows).toBeUndefined();
      expect(discriminator).toEqual(discriminatorPlan(sizes));
    },
  );
});
