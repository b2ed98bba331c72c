import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/base/random.ts';
import { scoreBinary } from '../../src/metrics/binary.ts';
import { scoreByFrequency } from '../../src/metrics/frequency-classifier.ts';

const logOdds = (p: number) => Math.log(p / (1 - p));
const float = (values: number[]) => [...Float32Array.from(values)];

describe('scoreByFrequency', () => {
  it('scores each fold by the rates of the other, by hand', () => {
    // Token 0 is rare (bucket 1), token 1 common (bucket 4: 8 … 15).
    const tokenCounts = Uint32Array.of(1, 8);
    const logits = scoreByFrequency(
      {
        tokenIds: [0, 0, 1, 1, 0, 1],
        isReplaced: Uint8Array.of(1, 1, 0, 1, 0, 0),
        groups: [0, 0, 0, 0, 1, 1],
      },
      tokenCounts,
    );
    const evenRate = (3 + 0.5) / (4 + 1);
    const oddRate = (0 + 0.5) / (2 + 1);
    const rareInOdd = logOdds((0 + oddRate) / (1 + 1));
    const commonInOdd = logOdds((0 + oddRate) / (1 + 1));
    const rareInEven = logOdds((2 + evenRate) / (2 + 1));
    const commonInEven = logOdds((1 + evenRate) / (2 + 1));
    expect([...logits]).toEqual(
      float([rareInOdd, rareInOdd, commonInOdd, commonInOdd, rareInEven, commonInEven]),
    );
  });

  it('puts counts of one octave into one bucket and the next power of two into another', () => {
    const tokenIds = [0, 1, 2, 3];
    const bothFolds = {
      tokenIds: [...tokenIds, ...tokenIds],
      isReplaced: Uint8Array.of(0, 1, 1, 0, 0, 1, 1, 0),
      groups: [0, 0, 0, 0, 1, 1, 1, 1],
    };
    const [never, four, seven, eight] = scoreByFrequency(bothFolds, Uint32Array.of(0, 4, 7, 8));
    expect(four).toBe(seven);
    expect(eight).not.toBe(seven);
    expect(never).toBe(eight);
  });

  it('gives the overall rate to a bucket that the other fold never shows', () => {
    const logits = scoreByFrequency(
      { tokenIds: [0, 0, 0, 1], isReplaced: Uint8Array.of(1, 0, 0, 0), groups: [0, 0, 0, 1] },
      Uint32Array.of(1, 100),
    );
    expect(logits[3]).toBe(Math.fround(logOdds((1 + 0.5) / (3 + 1))));
  });

  it('never scores an example by its own label', () => {
    const tokenIds = [0, 1, 2, 0, 1, 2];
    const groups = [0, 0, 0, 1, 1, 1];
    const tokenCounts = Uint32Array.of(1, 2, 4);
    const scores = (firstLabel: number) =>
      scoreByFrequency(
        { tokenIds, groups, isReplaced: Uint8Array.of(firstLabel, 0, 1, 0, 1, 0) },
        tokenCounts,
      );
    expect([...scores(0)].slice(0, 3)).toEqual([...scores(1)].slice(0, 3));
  });

  it('learns nothing from masked examples', () => {
    const tokenCounts = Uint32Array.of(1, 8);
    const alone = scoreByFrequency(
      { tokenIds: [0, 1], isReplaced: Uint8Array.of(1, 0), groups: [0, 1] },
      tokenCounts,
    );
    const padded = scoreByFrequency(
      {
        tokenIds: [0, 1, 1, 0],
        isReplaced: Uint8Array.of(1, 0, 1, 1),
        groups: [0, 1, 0, 1],
        mask: [1, 1, 0, 0],
      },
      tokenCounts,
    );
    expect([...padded].slice(0, 2)).toEqual([...alone]);
  });

  it('finds an AUC near 1/2 where frequency says nothing, and a high one where it says much', () => {
    const random = new RandomStream('frequency');
    const n = 20_000;
    const tokenIds = Int32Array.from({ length: n }, () => random.integer(16));
    const groups = Int32Array.from({ length: n }, (_, i) => i >> 6);
    const tokenCounts = Uint32Array.from({ length: 16 }, (_, id) => 2 ** id);
    const blind = Uint8Array.from({ length: n }, () => (random.uniform() < 0.15 ? 1 : 0));
    const telling = Uint8Array.from(tokenIds, (id) => (random.uniform() < (id < 4 ? 0.5 : 0.02) ? 1 : 0));
    const auc = (isReplaced: Uint8Array) =>
      scoreBinary(scoreByFrequency({ tokenIds, isReplaced, groups }, tokenCounts), isReplaced).auc!;
    expect(Math.abs(auc(blind) - 0.5)).toBeLessThan(0.03);
    // P(rare | replaced) = .25 × .5 / .14; P(rare | original) = .25 × .5 / .86.
    const [rareIfReplaced, rareIfOriginal] = [0.125 / 0.14, 0.125 / 0.86];
    expect(auc(telling)).toBeCloseTo(0.5 + (rareIfReplaced - rareIfOriginal) / 2, 1);
  });
});

describe('scoreByFrequency refuses', () => {
  const isReplaced = Uint8Array.of(1, 0);

  it('groups that are all in one fold', () => {
    expect(() =>
      scoreByFrequency({ tokenIds: [0, 0], isReplaced, groups: [0, 2] }, Uint32Array.of(1)),
    ).toThrow('groups: expected examples in even and in odd groups, got "none in fold 1"');
  });

  it('an id outside the vocabulary', () => {
    expect(() =>
      scoreByFrequency({ tokenIds: [0, 5], isReplaced, groups: [0, 1] }, Uint32Array.of(1)),
    ).toThrow('tokenIds[1]: expected an id in [0, 1), got 5');
  });

  it('unequal lengths', () => {
    expect(() => scoreByFrequency({ tokenIds: [0], isReplaced, groups: [0] }, Uint32Array.of(1))).toThrow(
      'isReplaced: expected 1 values, one per example, got 2',
    );
  });
});
