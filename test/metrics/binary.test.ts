import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/base/random.ts';
import { type BinaryMetrics, scoreBinary } from '../../src/metrics/binary.ts';
import { binaryCases } from './reference-values.ts';

const score = (logits: number[], labels: number[], mask?: number[]) =>
  scoreBinary(Float32Array.from(logits), Uint8Array.from(labels), mask);

describe('scoreBinary', () => {
  it('counts by hand: two of three found, one false alarm', () => {
    const metrics = score([2, 1, -1, 0.5, -2, -3, -4, -5], [1, 1, 1, 0, 0, 0, 0, 0]);
    expect(metrics).toEqual({
      count: 8,
      majorityRate: 5 / 8,
      accuracy: (2 + 4) / 8,
      precision: 2 / (2 + 1),
      recall: 2 / (2 + 1),
      f1: (2 * 2) / (2 * 2 + 1 + 1),
      // Of 15 pairs only (-1, 0.5) is in the wrong order.
      auc: 14 / 15,
      hasCollapsed: false,
    });
  });

  it('counts a tie between the classes as half a pair', () => {
    expect(score([1, 1, 0], [1, 0, 0]).auc).toBe((0.5 + 1) / 2);
  });

  it.each(binaryCases)('agrees with scikit-learn: $name', ({ logits, labels, mask, expected }) => {
    const metrics = score(logits, labels, mask);
    for (const [name, value] of Object.entries(expected)) {
      const ours = metrics[name as keyof BinaryMetrics];
      if (value === null) expect(ours, name).toBeUndefined();
      else expect(ours, name).toBeCloseTo(value, 12);
    }
  });

  it('gives an AUC that is the fraction of ordered pairs', () => {
    const random = new RandomStream('auc');
    const labels = Array.from({ length: 200 }, () => random.integer(2));
    const logits = labels.map((label) => random.integer(10) + label);
    let [ordered, pairs] = [0, 0];
    labels.forEach((a, i) => {
      labels.forEach((b, j) => {
        if (a !== 1 || b !== 0) return;
        pairs++;
        ordered += logits[i]! > logits[j]! ? 1 : logits[i] === logits[j] ? 0.5 : 0;
      });
    });
    expect(score(logits, labels).auc).toBeCloseTo(ordered / pairs, 12);
  });

  it('turns AUC into 1 - AUC when every logit changes sign', () => {
    const labels = [1, 0, 1, 0, 0];
    const logits = [0.3, 0.3, -1, 2, -4];
    const negated = logits.map((logit) => -logit);
    expect(score(negated, labels).auc).toBeCloseTo(1 - score(logits, labels).auc!, 12);
  });

  it('scores masked examples as if they were not there', () => {
    expect(score([9, 1, -1, -9], [0, 1, 0, 1], [0, 1, 1, 0])).toEqual(score([1, -1], [1, 0]));
  });

  it('leaves every quantity undefined when nothing counts', () => {
    expect(score([1], [1], [0])).toEqual({
      count: 0,
      majorityRate: undefined,
      accuracy: undefined,
      precision: undefined,
      recall: undefined,
      f1: undefined,
      auc: undefined,
      hasCollapsed: undefined,
    });
  });

  it('scores a million logits within seconds', () => {
    const random = new RandomStream('speed');
    const logits = Float32Array.from({ length: 1_000_000 }, () => random.truncatedNormal());
    const labels = Uint8Array.from(logits, () => (random.uniform() < 0.15 ? 1 : 0));
    const started = performance.now();
    const { auc } = scoreBinary(logits, labels);
    expect(performance.now() - started).toBeLessThan(5000);
    // Under no effect the standard error is √((P + N + 1) / 12PN).
    expect(Math.abs(auc! - 0.5)).toBeLessThan(5 * Math.sqrt(1e6 / (12 * 150_000 * 850_000)));
  });

  it('leaves its inputs as they were', () => {
    const logits = Float32Array.of(3, 1, 2);
    scoreBinary(logits, Uint8Array.of(1, 0, 1));
    expect([...logits]).toEqual([3, 1, 2]);
  });
});

describe('hasCollapsed', () => {
  const replaced = Array.from({ length: 1000 }, (_, i) => (i < 200 ? 1 : 0));
  const predicting = (positives: number) => replaced.map((_, i) => (i < positives ? 1 : -1));

  it('is true below one predicted positive in a hundred true ones', () => {
    // 1 % of 200 is 2.
    expect(score(predicting(0), replaced).hasCollapsed).toBe(true);
    expect(score(predicting(1), replaced).hasCollapsed).toBe(true);
    expect(score(predicting(2), replaced).hasCollapsed).toBe(false);
  });

  it('looks for the rarer class, whichever it is', () => {
    const original = replaced.map((label) => 1 - label);
    expect(score(predicting(1000), original).hasCollapsed).toBe(true);
    expect(score(predicting(0), original).hasCollapsed).toBe(false);
  });

  it('is true for either forgotten class when both are equally common', () => {
    expect(score([1, 1], [0, 1]).hasCollapsed).toBe(true);
    expect(score([-1, -1], [0, 1]).hasCollapsed).toBe(true);
    expect(score([-1, 1], [0, 1]).hasCollapsed).toBe(false);
  });

  it('says nothing where only one class exists', () => {
    expect(score([-1, -1], [0, 0]).hasCollapsed).toBeUndefined();
  });
});

describe('scoreBinary refuses', () => {
  it('a label other than 0 and 1', () => {
    expect(() => score([1, 1], [0, 2])).toThrow('labels[1]: expected 0 or 1, got 2');
  });

  it('unequal lengths', () => {
    expect(() => score([1, 1], [0])).toThrow('labels: expected 2 values, one per example, got 1');
    expect(() => score([1, 1], [0, 1], [1])).toThrow('mask: expected 2 values, one per example, got 1');
  });

  it('a logit that is not a number, unless it is masked', () => {
    expect(() => score([1, Number.NaN], [1, 0])).toThrow('expected a finite number, got "NaN"');
    expect(score([1, Number.NaN], [1, 0], [1, 0]).count).toBe(1);
  });
});
