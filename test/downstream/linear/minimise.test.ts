import { describe, expect, it } from 'vitest';
import { minimise, type Objective } from '../../../src/downstream/linear/minimise.ts';

const exactly = { maxIterations: 200, tolerance: 1e-9 };

describe('the minimiser', () => {
  it('finds the bottom of a stretched bowl', () => {
    // Σ scale (x − target)² / 2
    const [scales, targets] = [
      [1, 10, 1000],
      [3, -2, 0.5],
    ];
    const bowl: Objective = (x, gradient) => {
      for (const [i, scale] of scales!.entries()) gradient[i] = scale * (x[i]! - targets![i]!);
      return scales!.reduce((sum, scale, i) => sum + (scale * (x[i]! - targets![i]!) ** 2) / 2, 0);
    };
    const x = new Float64Array(3);
    expect(minimise(bowl, x, exactly)).toBeLessThan(30);
    for (const [i, target] of targets!.entries()) expect(x[i]).toBeCloseTo(target, 8);
  });

  it("follows Rosenbrock's valley to (1, 1)", () => {
    const valley: Objective = (x, gradient) => {
      const [a, b] = [x[0]!, x[1]!];
      gradient[0] = -2 * (1 - a) - 400 * a * (b - a * a);
      gradient[1] = 200 * (b - a * a);
      return (1 - a) ** 2 + 100 * (b - a * a) ** 2;
    };
    const x = Float64Array.of(-1.2, 1);
    minimise(valley, x, exactly);
    expect(x[0]).toBeCloseTo(1, 6);
    expect(x[1]).toBeCloseTo(1, 6);
  });

  it('stays where the gradient is within the tolerance, and stops after the iterations it has', () => {
    const line: Objective = (x, gradient) => {
      gradient[0] = Math.sign(x[0]!) * 0.5;
      return Math.abs(x[0]!) * 0.5;
    };
    const still = Float64Array.of(7);
    expect(minimise(line, still, { maxIterations: 5, tolerance: 0.5 })).toBe(0);
    expect(still[0]).toBe(7);
    expect(minimise(line, still, { maxIterations: 2, tolerance: 0.1 })).toBe(2);
  });
});
