import { describe, expect, it } from 'vitest';
import { metricNames, regressionMetrics, scoreBy } from '../../src/metrics/scores.ts';

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
