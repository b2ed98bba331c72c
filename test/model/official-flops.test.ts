import { expect, test } from 'vitest';
import { officialForwardFlops } from '../../src/model/official-flops.ts';
import type { EncoderSizes } from '../../src/model/sizes.ts';
import { tinySizes } from '../helpers/tiny-model.ts';

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
