import { describe, expect, it } from 'vitest';
import { encoderParameters } from '../../src/model/encoder.ts';
import { ownedParameters } from '../../src/model/network.ts';
import { parameterCount } from '../../src/model/parameters.ts';
import { discriminatorPlan, maskedLmPlan, share } from '../../src/model/plans.ts';
import { type EncoderSizes, generatorSizes } from '../../src/model/sizes.ts';
import { tinyConfig } from '../helpers/tiny-model.ts';

const { dropout: _, ...smallDefaults } = tinyConfig('joint').model;
const paper = {
  ...smallDefaults,
  dropout: 0.1,
  positions: 'absolute',
  maxPositions: 512,
  vocabulary: 30_522,
} as const;

const electraSmall: EncoderSizes = {
  ...paper,
  layers: 12,
  hidden: 256,
  heads: 4,
  feedForward: 1024,
  embedding: 128,
};
const bertBase: EncoderSizes = {
  ...paper,
  layers: 12,
  hidden: 768,
  heads: 12,
  feedForward: 3072,
  embedding: 768,
};

/** Weights and bias of a dense layer. */
const dense = (from: number, to: number) => from * to + to;
/** Gain and bias of a layer norm. */
const norm = (width: number) => 2 * width;
const layer = (D: number, F: number) => 4 * dense(D, D) + norm(D) + dense(D, F) + dense(F, D) + norm(D);
const tables = (V: number, E: number) => (V + 512 + 2) * E + norm(E);

describe('the number of parameters', () => {
  it("of ELECTRA-Small's discriminator is 13,483,008, and 13,549,057 with its head", () => {
    const expected = tables(30_522, 128) + dense(128, 256) + 12 * layer(256, 1024);
    expect(expected).toBe(13_483_008);
    expect(parameterCount(encoderParameters(electraSmall))).toBe(expected);
    const head = dense(256, 256) + dense(256, 1);
    expect(expected + head).toBe(13_549_057);
    expect(parameterCount(discriminatorPlan(electraSmall).parameters)).toBe(expected + head);
  });

  it('of a BERT-Base encoder is 108,891,648: no projection where widths are equal', () => {
    const expected = tables(30_522, 768) + 12 * layer(768, 3072);
    expect(expected).toBe(108_891_648);
    expect(parameterCount(encoderParameters(bertBase))).toBe(expected);
  });

  it('of a masked-LM head is a transform, a norm and a bias: its table is the embedding', () => {
    const head = dense(256, 128) + norm(128) + 30_522;
    expect(parameterCount(maskedLmPlan('bert', electraSmall).parameters)).toBe(13_483_008 + head);
  });

  it('of a relative bias is one row of heads for each distance and layer, in place of positions', () => {
    const relative = { ...electraSmall, positions: 'relative-bias', relativeDistance: 16 } as const;
    expect(parameterCount(encoderParameters(relative))).toBe(13_483_008 - 512 * 128 + 12 * (2 * 16 + 1) * 4);
  });

  it('of a generator that borrows its tables leaves them to the discriminator', () => {
    const plan = maskedLmPlan('generator', generatorSizes(electraSmall, 0.25));
    const [, generator] = share(discriminatorPlan(electraSmall), plan, 'embeddings');
    const owned = ownedParameters(generator);
    expect(parameterCount(plan.parameters) - parameterCount(owned)).toBe((30_522 + 512 + 2) * 128);
  });
});

describe('the size dial', () => {
  const shapeOf = ({ layers, hidden, heads, feedForward, embedding }: EncoderSizes) => [
    layers,
    hidden,
    heads,
    feedForward,
    embedding,
  ];

  it.each([
    [1, [12, 256, 4, 1024, 128]],
    [0.5, [12, 128, 2, 512, 128]],
    [0.25, [12, 64, 1, 256, 128]],
    [0.125, [12, 32, 1, 128, 128]],
  ])(
    'at %d of ELECTRA-Small gives layers, width, heads, feed-forward, embedding %j',
    (fraction, expected) => {
      expect(shapeOf(generatorSizes(electraSmall, fraction))).toEqual(expected);
    },
  );

  it('at a third of BERT-Base gives 256 wide and 4 heads, the generator of ELECTRA-Base', () => {
    expect(shapeOf(generatorSizes(bertBase, 1 / 3))).toEqual([12, 256, 4, 1024, 768]);
  });

  it('always gives heads that divide the width', () => {
    for (let quarter = 1; quarter <= 32; quarter++) {
      const { hidden, heads } = generatorSizes(bertBase, quarter / 32);
      expect(hidden % heads).toBe(0);
      expect(heads).toBeGreaterThanOrEqual(1);
    }
  });
});
