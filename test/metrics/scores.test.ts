import { describe, expect, it } from 'vitest';
import {
  metricNames,
  regressionMetrics,
  scoreAccuracy,
  scoreBinaryF1,
  scoreBy,
  scoreMatthews,
  scorePearson,
  scoreSpearman,
} from '../../src/metrics/scores.ts';
import { classCases, correlationCases } from './reference-values.ts';

describe('a score by name', () => {
  it('is the metric of that name', () => {
    const [predicted, actual] = [
      [1, 1, 0, 0],
      [1, 0, 0, 0],
    ];
    const scores = Object.fromEntries(
      metricNames.map((name) => [name, scoreBy(name, predicted!, actual!, 2)]),
    );
    expect(scores.accuracy).toBe(3 / 4);
    expect(scores.f1).toBe((2 * 1) / (2 + 1));
    // Of two truth values Matthews is Pearson, and ranks are the values again: (1 · 2 − 1 · 0) / √(2 · 1 · 2 · 3).
    for (const name of ['matthews', 'pearson', 'spearman'] as const) {
      expect(scores[name]).toBeCloseTo(2 / Math.sqrt(12), 12);
    }
  });

  it('is undefined for the correlation with a constant', () => {
    for (const name of regressionMetrics) expect(scoreBy(name, [1, 1], [0, 3], 0)).toBeUndefined();
  });
});

function expectClose(ours: number | undefined, expected: number | null | undefined): void {
  if (expected === null || expected === undefined) expect(ours).toBeUndefined();
  else expect(ours).toBeCloseTo(expected, 10);
}

describe('scores of classes', () => {
  // Class 0: 1 right, 1 missed, 0 wrongly named; class 1: 1, 0, 2; class 2: 0, 1, 0.
  const [predicted, actual] = [
    [0, 1, 1, 1],
    [0, 0, 1, 2],
  ];

  it('count by hand', () => {
    expect(scoreAccuracy(predicted, actual)).toBe(2 / 4);
    const covariance = 4 * 2 - (1 * 2 + 3 * 1 + 0 * 1);
    expect(scoreMatthews(predicted, actual, 3)).toBeCloseTo(
      covariance / Math.sqrt((4 ** 2 - (1 + 9)) * (4 ** 2 - (4 + 1 + 1))),
      12,
    );
  });

  it('keep precision and recall apart: F1 changes when only one of them does', () => {
    // TP 1, FP 2, FN 0 against TP 1, FP 2, FN 1.
    expect(scoreBinaryF1([1, 1, 1, 0], [1, 0, 0, 0])).toBe(2 / (2 + 2));
    expect(scoreBinaryF1([1, 1, 1, 0], [1, 0, 0, 1])).toBe(2 / (2 + 2 + 1));
  });

  it.each(classCases)('agree with scikit-learn: $name', ({ K, predicted, actual, expected }) => {
    expectClose(scoreAccuracy(predicted, actual), expected.accuracy);
    expectClose(scoreMatthews(predicted, actual, K), expected.matthews);
    if (K === 2) expectClose(scoreBinaryF1(predicted, actual), expected.binaryF1);
  });

  it('refuse what is not a class, unequal lengths and no examples', () => {
    expect(() => scoreMatthews([3], [0], 3)).toThrow('predicted[0]: expected a class in [0, 3), got 3');
    expect(() => scoreMatthews([0], [0.5], 2)).toThrow('actual[0]: expected a class in [0, 2), got 0.5');
    expect(() => scoreAccuracy([1], [1, 0])).toThrow('predicted: expected 2 values, one per example, got 1');
    expect(() => scoreAccuracy([], [])).toThrow('actual: expected at least one example, got 0');
  });
});

describe('correlations', () => {
  it('count by hand', () => {
    // Deviations -1, 0, 1 and -2, 1, 1.
    expect(scorePearson([1, 2, 3], [0, 3, 3])).toBeCloseTo((2 + 0 + 1) / Math.sqrt(2 * 6), 12);
    // Ranks 1, 2, 3 and 1, 2½, 2½: deviations -1, 0, 1 and -1, ½, ½.
    expect(scoreSpearman([1, 2, 3], [0, 3, 3])).toBeCloseTo((1 + 0 + 0.5) / Math.sqrt(2 * 1.5), 12);
  });

  it.each(correlationCases)('agree with SciPy: $name', ({ x, y, expected }) => {
    expectClose(scorePearson(x, y), expected.pearson);
    expectClose(scoreSpearman(x, y), expected.spearman);
  });

  it('are undefined where one side never varies, whatever its rounding', () => {
    expect(scorePearson([0.1, 0.1, 0.1], [1, 2, 3])).toBeUndefined();
    expect(scoreSpearman([1, 2, 3], [0.1, 0.1, 0.1])).toBeUndefined();
    expect(scorePearson([1], [1])).toBeUndefined();
  });

  it('see ranks only, in Spearman: any rising function of the values leaves it as it is', () => {
    const [x, y] = [
      [3, 1, 4, 1, 5],
      [9, 2, 6, 5, 3],
    ];
    expect(scoreSpearman(x.map(Math.exp), y)).toBe(scoreSpearman(x, y));
  });

  it('refuse a value that is not finite', () => {
    expect(() => scorePearson([1, Number.NaN], [1, 2])).toThrow(
      'predicted[1]: expected a finite number, got "NaN"',
    );
    expect(() => scoreSpearman([1, 2], [1, Number.POSITIVE_INFINITY])).toThrow(
      'actual[1]: expected a finite number, got "Infinity"',
    );
  });
});
