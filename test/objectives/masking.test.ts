import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/base/random.ts';
import type { MaskingStyle } from '../../src/config/schema.ts';
import { maskedCount } from '../../src/objectives/batch.ts';
import { type MaskedArrays, type MaskingOptions, maskBatch } from '../../src/objectives/masking.ts';
import { tinyVocabulary } from '../helpers/tiny-model.ts';

const [padId, clsId, sepId, maskId] = [0, 2, 3, tinyVocabulary.maskId];
const allMask: MaskingOptions = { fraction: 0.15, style: 'all-mask', withReplacement: false };

/** [CLS] words [SEP], padded to L; the words run through the vocabulary. */
function sequence(length: number, L: number): number[] {
  const words = Array.from({ length: length - 2 }, (_, i) => 5 + (i % (tinyVocabulary.size - 5)));
  return [clsId, ...words, sepId, ...new Array(L - length).fill(padId)];
}

interface Masked extends MaskedArrays {
  tokenIds: Int32Array;
  /** Positions of the slots that are used. */
  chosen: number[];
}

function mask(lengths: number[], L: number, options: Partial<MaskingOptions> = {}, seed = 1): Masked {
  const tokenIds = Int32Array.from(lengths.flatMap((length) => sequence(length, L)));
  const N = lengths.length * maskedCount(L, options.fraction ?? 0.15);
  const arrays = {
    maskedTokenIds: new Int32Array(tokenIds.length).fill(-1),
    maskedPositions: new Int32Array(N).fill(-1),
    maskedWeights: new Float32Array(N).fill(-1),
  };
  const random = new RandomStream('masking test', seed);
  maskBatch(tokenIds, Int32Array.from(lengths), arrays, tinyVocabulary, { ...allMask, ...options }, random);
  const chosen = [...arrays.maskedPositions].filter((_, n) => arrays.maskedWeights[n] === 1);
  return { ...arrays, tokenIds, chosen };
}

describe('the number of masked positions', () => {
  it.each([
    [20, 3],
    [21, 4],
    [40, 6],
    [1, 1],
    [100, 15],
    [128, 20],
  ])('of %d tokens is ⌈0.15 n⌉ = %d', (n, expected) => {
    expect(maskedCount(n, 0.15)).toBe(expected);
  });

  it('is that of each sequence’s own length', () => {
    const { chosen } = mask([20, 10, 7], 20);
    const perSequence = [0, 1, 2].map((b) => chosen.filter((at) => Math.floor(at / 20) === b).length);
    expect(perSequence).toEqual([3, 2, 2]);
  });

  it('is at most the number of words', () => {
    expect(mask([3], 20, { fraction: 0.9 }).chosen).toEqual([1]);
  });
});

describe('masking', () => {
  it('chooses each position once, and never a special token or padding', () => {
    for (let seed = 0; seed < 200; seed++) {
      const { chosen, tokenIds } = mask([20, 11], 20, { fraction: 0.5 }, seed);
      expect(new Set(chosen).size).toBe(chosen.length);
      expect(chosen.filter((at) => tinyVocabulary.isSpecial(tokenIds[at]!))).toEqual([]);
    }
  });

  it('chooses every word equally often', () => {
    const counts = new Map<number, number>();
    const rounds = 6000;
    for (let seed = 0; seed < rounds; seed++) {
      for (const at of mask([20], 20, {}, seed).chosen) counts.set(at, (counts.get(at) ?? 0) + 1);
    }
    expect(counts.size).toBe(18);
    const expected = (rounds * 3) / 18;
    const chiSquare = [...counts.values()].reduce(
      (sum, count) => sum + (count - expected) ** 2 / expected,
      0,
    );
    expect(chiSquare).toBeLessThan(40.8); // 17 degrees of freedom, p = 0.001
  });

  it('leaves every other token as it was, and the original tokens alone', () => {
    const { maskedTokenIds, tokenIds, chosen } = mask([20, 11], 20);
    expect([...tokenIds]).toEqual([...sequence(20, 20), ...sequence(11, 20)]);
    for (const [at, id] of maskedTokenIds.entries()) {
      expect(id).toBe(chosen.includes(at) ? maskId : tokenIds[at]);
    }
  });

  it('points unused slots at the [CLS] of their sequence, with weight 0', () => {
    const { maskedPositions, maskedWeights } = mask([20, 6, 6], 20);
    expect([...maskedWeights]).toEqual([1, 1, 1, 1, 0, 0, 1, 0, 0]);
    expect([4, 5, 7, 8].map((n) => maskedPositions[n])).toEqual([20, 20, 40, 40]);
  });

  it('is a function of its random stream', () => {
    expect(mask([20, 11], 20, {}, 7)).toEqual(mask([20, 11], 20, {}, 7));
    expect(mask([20, 11], 20, {}, 7).chosen).not.toEqual(mask([20, 11], 20, {}, 8).chosen);
  });
});

describe('a masked position', () => {
  /** Shares of [MASK], the original and another token among many masked positions. */
  function shares(style: MaskingStyle) {
    const counts = { mask: 0, original: 0, random: 0, special: 0, total: 0 };
    for (let seed = 0; seed < 400; seed++) {
      const { chosen, maskedTokenIds, tokenIds } = mask([100], 100, { style, fraction: 0.5 }, seed);
      for (const at of chosen) {
        const id = maskedTokenIds[at]!;
        counts.total++;
        if (id === maskId) counts.mask++;
        else if (tinyVocabulary.isSpecial(id)) counts.special++;
        else if (id === tokenIds[at]) counts.original++;
        else counts.random++;
      }
    }
    return counts;
  }
  /** Five standard deviations of a share among n. */
  const within = (share: number, n: number) => 5 * Math.sqrt((share * (1 - share)) / n);

  it('always shows [MASK] in ELECTRA', () => {
    const { mask, total } = shares('all-mask');
    expect(mask).toBe(total);
  });

  it('shows [MASK] 80 %, a random word 10 %, the original 10 % of the time in BERT', () => {
    const { mask, original, random, special, total } = shares('bert-80-10-10');
    // A random word is the original one time in 35.
    const words = tinyVocabulary.size - 5;
    for (const [count, share] of [
      [mask, 0.8],
      [random, 0.1 * (1 - 1 / words)],
      [original, 0.1 + 0.1 / words],
    ] as const) {
      expect(Math.abs(count / total - share)).toBeLessThan(within(share, total));
    }
    expect(special).toBe(0);
  });

  it('shows [MASK] 85 % and the original 15 % of the time in the reference code', () => {
    const { mask, original, random, total } = shares('reference-85-15');
    expect(random).toBe(0);
    expect(mask + original).toBe(total);
    expect(Math.abs(mask / total - 0.85)).toBeLessThan(within(0.85, total));
  });
});

describe('masking with replacement, as the reference code', () => {
  const L = 128;
  const rounds = 400;
  const counts = Array.from(
    { length: rounds },
    (_, seed) => mask([L], L, { withReplacement: true }, seed).chosen,
  );

  it('draws round(0.15 n) times, so that 17.7 of 19 positions are different at length 128', () => {
    const words = L - 2;
    const draws = Math.round(0.15 * L);
    const expected = words * (1 - (1 - 1 / words) ** draws);
    expect(draws).toBe(19);
    expect(expected).toBeCloseTo(17.7, 1);
    const mean = counts.reduce((sum, chosen) => sum + chosen.length, 0) / rounds;
    // A count's standard deviation is below 1.2.
    expect(Math.abs(mean - expected)).toBeLessThan((5 * 1.2) / Math.sqrt(rounds));
  });

  it('masks each position once all the same', () => {
    for (const chosen of counts) expect(new Set(chosen).size).toBe(chosen.length);
  });

  it('masks at least one position of the shortest sequence', () => {
    expect(mask([3], 20, { withReplacement: true }).chosen).toEqual([1]);
  });

  it('masks nothing where there is no word', () => {
    expect(mask([2], 20, { withReplacement: true }).chosen).toEqual([]);
  });
});
