import { describe, expect, it } from 'vitest';
import { createResampledScore } from '../../src/analysis/dev-resamples.ts';
import { RandomStream } from '../../src/base/random.ts';
import { metricNames, regressionMetrics, scoreBy } from '../../src/metrics/scores.ts';

const n = 50;
const stream = new RandomStream('resampled score');
const classes = () => Float64Array.from({ length: n }, () => stream.integer(2));
/** Ties among the numbers, as in STS-B. */
const numbers = () => Float64Array.from({ length: n }, () => stream.integer(12) / 3);

describe('createResampledScore', () => {
  it.each(metricNames)('scores rows as %s scores a copy of them, time after time', (metric) => {
    const draw = regressionMetrics.includes(metric) ? numbers : classes;
    const [predicted, actual] = [draw(), draw()];
    const scoreOf = createResampledScore(metric, predicted, actual, 2);
    for (let time = 0; time < 20; time++) {
      const rows = Uint32Array.from({ length: n }, () => stream.integer(n));
      const pick = (values: Float64Array) => Float64Array.from(rows, (row) => values[row]!);
      expect(scoreOf(rows)!).toBeCloseTo(scoreBy(metric, pick(predicted), pick(actual), 2)!, 12);
    }
  });

  it('is undefined where the rows leave a correlation undefined', () => {
    const scoreOf = createResampledScore('spearman', [1, 2, 3], [3, 1, 2], 0);
    expect(scoreOf(Uint32Array.of(1, 1, 1))).toBeUndefined();
    expect(scoreOf(Uint32Array.of(0, 1, 2))).toBeCloseTo(-0.5, 12);
  });
});
