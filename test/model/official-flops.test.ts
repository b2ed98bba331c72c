import { describe, expect, it, test } from 'vitest';
import { officialForwardFlops, officialStepFlops } from '../../src/model/official-flops.ts';
import { contextFreePlan, discriminatorPlan, maskedLmPlan } from '../../src/model/plans.ts';
import type { EncoderSizes } from '../../src/model/sizes.ts';
import { regimeNamed } from '../../src/regimes/registry.ts';
import { tinyConfig, tinySizes } from '../helpers/tiny-model.ts';

/** Sizes of the paper's models: feed-forward 4 × hidden, heads of 64, vocabulary 30,522. */
function paperSizes(hidden: number, layers: number, embedding: number): EncoderSizes {
  const heads = Math.max(1, hidden / 64);
  return { ...tinySizes(), hidden, layers, heads, feedForward: 4 * hidden, embedding, vocabulary: 30_522 };
}

/** 2 = forward and backward, as the official script counts. */
function electraFlops(
  [hidden, generatorHidden, layers, embedding]: [number, number, number, number],
  length: number,
  sequences: number,
): number {
  const discriminator = officialForwardFlops(paperSizes(hidden, layers, embedding), 'rtd', { length });
  const generator = officialForwardFlops(paperSizes(generatorHidden, layers, embedding), 'mlm', { length });
  return 2 * sequences * (discriminator + generator);
}

function bertFlops(
  hidden: number,
  layers: number,
  embedding: number,
  length: number,
  sequences: number,
): number {
  return 2 * sequences * officialForwardFlops(paperSizes(hidden, layers, embedding), 'mlm', { length });
}

test.each([
  ['BERT-Small, 1.45M steps', bertFlops(256, 12, 128, 128, 128 * 1.45e6), '1.419e+18'],
  ['BERT-Base, 1M steps', bertFlops(768, 12, 768, 512, 256 * 1e6), '6.428e+19'],
  ['ELECTRA-Small, generator 64 wide', electraFlops([256, 64, 12, 128], 128, 128 * 1e6), '1.294e+18'],
  ['ELECTRA-Base', electraFlops([768, 256, 12, 768], 512, 256 * 766_000), '6.425e+19'],
  ['ELECTRA-Large, 400K steps', electraFlops([1024, 256, 24, 1024], 512, 2048 * 400_000), '7.118e+20'],
  ['ELECTRA-Large, 1.75M steps', electraFlops([1024, 256, 24, 1024], 512, 2048 * 1_750_000), '3.114e+21'],
])('counts %s as the official script does', (_, flops, official) => {
  expect(flops.toExponential(3)).toBe(official);
});

test('gives Table 1 its 1.42405e18 for ELECTRA-Small only with a generator of half the width', () => {
  expect(electraFlops([256, 128, 12, 128], 128, 128 * 1e6).toExponential(5)).toBe('1.42405e+18');
});

test('leaves out the one-hot products of the input when look-ups are sparse', () => {
  const sizes = paperSizes(256, 12, 128);
  const dense = officialForwardFlops(sizes, 'mlm', { length: 128 });
  const sparse = officialForwardFlops(sizes, 'mlm', { length: 128, hasSparseLookups: true });
  expect(dense - sparse).toBe(128 * 2 * 128 * 30_522);
});

describe('a step of 3 sequences, where the official script has no answer,', () => {
  const sizes = tinySizes();
  const { hidden: D, vocabulary: V } = sizes;
  const length = 64;
  const step = (
    plans: Parameters<typeof officialStepFlops>[0],
    trains: Parameters<typeof officialStepFlops>[1],
  ) => officialStepFlops(plans, trains, 3, { length });
  const plansOf = (regime: string) => regimeNamed(regime).networks(sizes, tinyConfig(regime));
  const discriminator = officialForwardFlops(sizes, 'rtd', { length });
  const bert = officialForwardFlops(sizes, 'mlm', { length });

  it('counts a frozen generator forward only', () => {
    const plans = [discriminatorPlan(sizes), maskedLmPlan('generator', sizes)];
    expect(step(plans, { trains: ['discriminator'], runs: ['generator'] })).toBe(
      3 * (2 * discriminator + bert),
    );
  });

  it('counts a table of frequencies as free', () => {
    const plans = [discriminatorPlan(sizes), contextFreePlan('unigram', sizes)];
    expect(step(plans, { trains: ['generator', 'discriminator'] })).toBe(3 * 2 * discriminator);
  });

  it('counts the head of ELECTRA 15 % at the masked positions only', () => {
    const headPerToken = 2 * D * D + D + 8 * D + 2 * D;
    const electra15 = step(plansOf('electra-15'), { trains: ['discriminator'] });
    expect(electra15).toBeCloseTo(3 * 2 * (discriminator - length * (1 - 0.15625) * headPerToken), 3);
  });

  it('counts the softmax of All-Tokens MLM, and its gate, at every token', () => {
    const { embedding: E } = sizes;
    const headPerToken = 2 * E * V + 2 * D * E + E + (8 + 5) * E + 5 * V + 2 * V;
    const all = step(plansOf('all-tokens-mlm'), { trains: ['bert'] });
    expect(all).toBeCloseTo(3 * 2 * (bert + length * (1 - 0.15625) * headPerToken + length * 2 * D), 3);
  });

  it('counts REINFORCE’s baseline as one product at the masked positions', () => {
    const adversarial = step(plansOf('adversarial'), { trains: ['generator'] });
    const joint = step(plansOf('joint'), { trains: ['generator'] });
    const generatorHidden = D / 2;
    expect(adversarial - joint).toBeCloseTo(3 * 2 * length * 0.15625 * 2 * generatorHidden, 6);
  });
});
