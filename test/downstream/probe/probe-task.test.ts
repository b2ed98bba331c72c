import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../../src/base/random.ts';
import { clusteredError } from '../../../src/downstream/probe/probe-task.ts';

const meanOf = (values: readonly number[]) => (rows: readonly number[]) =>
  rows.reduce((sum, row) => sum + values[row]!, 0) / rows.length;

describe('a clustered standard error', () => {
  it('of a mean is its usual one where every example is a cluster', () => {
    // Of 1, 0, 1, 1 the mean is 3/4; Σ (x − 3/4)² = 3/4, and √(3/4 / (4 · 3)) = 1/4.
    expect(clusteredError(['a', 'b', 'c', 'd'], meanOf([1, 0, 1, 1]))).toBeCloseTo(1 / 4, 12);
  });

  it('does not shrink where every example stands twice in its document', () => {
    const once = clusteredError(['a', 'b', 'c', 'd'], meanOf([1, 0, 1, 1]));
    const twice = clusteredError([...'aabbccdd'], meanOf([1, 1, 0, 0, 1, 1, 1, 1]));
    expect(twice).toBeCloseTo(once!, 12);
  });

  it('is larger where the examples of a document are alike', () => {
    const values = meanOf([1, 1, 0, 0]);
    expect(clusteredError([...'aabb'], values)).toBeGreaterThan(clusteredError([...'abab'], values)!);
  });

  it('is none of one document, nor where a score without a document is none', () => {
    expect(clusteredError(['a', 'a'], meanOf([1, 0]))).toBeUndefined();
    expect(clusteredError(['a', 'b'], () => undefined)).toBeUndefined();
  });

  it('of very many documents is about that of each by itself', () => {
    const random = new RandomStream('clusters');
    const values = Array.from({ length: 3000 }, () => (random.uniform() < 1 / 3 ? 1 : 0));
    const clusters = values.map((_, i) => String(i));
    // √(1/3 · 2/3 / 3000) = 0.0086
    expect(clusteredError(clusters, meanOf(values))).toBeCloseTo(Math.sqrt(2 / 9 / 3000), 3);
  });
});
