import { describe, expect, it } from 'vitest';
import { fitHead } from '../../../src/downstream/finetune/head-fit.ts';
import { onnx } from '../../helpers/engines.ts';

/** Two features of other scales and far from 0; the target is 3 + 2 a − 5 b. So many that the penalty has no say. */
function line(count: number) {
  const [features, labels] = [new Float32Array(2 * count), new Float64Array(count)];
  for (let n = 0; n < count; n++) {
    const [a, b] = [Math.sin(7 * n) * 2 + 5, Math.cos(11 * n) - 9];
    features.set([a, b], 2 * n);
    labels[n] = 3 + 2 * a - 5 * b;
  }
  return { features, labels };
}

describe('a fitted head', () => {
  it('reads the features as they are, without standardising them', async () => {
    const { features, labels } = line(20_000);
    const raw = features.slice();
    const { weights, bias } = await fitHead(onnx, { features, labels }, { width: 2, classes: 0 });
    for (const n of [0, 1, 2, 500]) {
      const answer = bias[0]! + weights[0]! * raw[2 * n]! + weights[1]! * raw[2 * n + 1]!;
      expect(answer).toBeCloseTo(labels[n]!, 1);
    }
    expect(weights[0]).toBeCloseTo(2, 1);
    expect(weights[1]).toBeCloseTo(-5, 1);
  });

  it('divides by the median deviation where a feature hardly varies, so that its weight stays small', async () => {
    // Deviations 1, 1 and 1e-6; the last feature alone decides.
    const rows = Array.from({ length: 400 }, (_, n) => [Math.sin(n), Math.cos(3 * n), 1e-6 * (n % 2)]);
    const features = Float32Array.from(rows.flat());
    const labels = Float64Array.from(rows, (_, n) => n % 2);
    const { weights } = await fitHead(onnx, { features, labels }, { width: 3, classes: 2 });
    for (const weight of weights) expect(Math.abs(weight)).toBeLessThan(1);
  });

  it('gives a constant feature no weight', async () => {
    const features = Float32Array.from([4, 0, 4, 1, 4, 0, 4, 1]);
    const labels = Float64Array.of(0, 1, 0, 1);
    const { weights, bias } = await fitHead(onnx, { features, labels }, { width: 2, classes: 2 });
    expect([weights[0], weights[1]]).toEqual([0, 0]);
    expect(weights[3]!).toBeGreaterThan(weights[2]!);
    expect(bias).toHaveLength(2);
  });
});
