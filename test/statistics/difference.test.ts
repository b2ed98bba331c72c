import { describe, expect, it } from 'vitest';
import {
  aboveP,
  differenceP,
  equivalenceP,
  intervalOf,
  pairedEstimate,
  welchEstimate,
} from '../../src/statistics/difference.ts';
import { tInterval } from '../../src/statistics/student-t.ts';

const differences = [0.021, 0.013, 0.008, 0.017, 0.004];
const ahead = [0.61, 0.66, 0.63, 0.64, 0.65, 0.59];
const behind = [0.5, 0.52, 0.51, 0.53, 0.56];
const paired = pairedEstimate(differences)!;
const welch = welchEstimate(ahead, behind)!;

describe('pairs', () => {
  it('agree with SciPy', () => {
    // SciPy 1.10.1: stats.ttest_1samp(differences, 0).pvalue
    expect(differenceP(paired)).toBeCloseTo(0.01436931754600344, 9);
    const mixed = pairedEstimate([0.021, -0.013, 0.008, 0.017, 0.004, -0.002])!;
    expect(differenceP(mixed)).toBeCloseTo(0.30409153251379945, 9);
  });

  it('have the interval of their mean', () => {
    expect(intervalOf(paired, 0.05)).toEqual(tInterval(differences, 0.05));
  });

  it('are no estimate below two, and of equal values', () => {
    expect(pairedEstimate([0.1])).toBeUndefined();
    expect(pairedEstimate([0.1, 0.1, 0.1])).toBeUndefined();
  });
});

describe("Welch's test", () => {
  it('agrees with SciPy', () => {
    // SciPy 1.17.1: r = stats.ttest_ind(ahead, behind, equal_var=False); r.df, r.pvalue, r.confidence_interval()
    expect(welch.degrees).toBeCloseTo(8.945352368752713, 9);
    expect(differenceP(welch) / 5.4922678834385067e-5).toBeCloseTo(1, 7);
    const { low, high } = intervalOf(welch, 0.05);
    expect([low, high].map((end) => end.toFixed(9))).toEqual(['0.072466439', '0.139533561']);
    // stats.ttest_ind(ahead, behind, equal_var=False, alternative='greater').pvalue
    expect(aboveP(welch) / 2.7461339417192533e-5).toBeCloseTo(1, 7);
  });

  it('has 2(n − 1) degrees where both arms spread alike, n − 1 where one does not spread', () => {
    expect(welchEstimate([1, 2, 3], [5, 6, 7])!.degrees).toBeCloseTo(2 * (3 - 1), 12);
    expect(welchEstimate([1, 2, 3], [5, 5, 5])!.degrees).toBeCloseTo(3 - 1, 12);
  });

  it('is no estimate below two values of an arm, and without any spread', () => {
    expect(welchEstimate([0.1], behind)).toBeUndefined();
    expect(welchEstimate([0.1, 0.1], [0.2, 0.2])).toBeUndefined();
  });
});

describe('two one-sided tests', () => {
  it('agree with SciPy', () => {
    // SciPy 1.17.1: the larger of ttest_ind(ahead + m, behind, …, 'greater') and ttest_ind(ahead - m, behind, …, 'less')
    expect(equivalenceP(welch, 0.15)).toBeCloseTo(0.007890387892467246, 9);
  });

  it('are the same for both directions', () => {
    const turned = { ...welch, difference: -welch.difference };
    expect(equivalenceP(turned, 0.15)).toBe(equivalenceP(welch, 0.15));
  });

  it('reject where the (1 − 2 · level) interval lies inside the margin, and nowhere else', () => {
    const { high } = intervalOf(welch, 2 * 0.05);
    expect(equivalenceP(welch, high * (1 + 1e-6))).toBeLessThan(0.05);
    expect(equivalenceP(welch, high * (1 - 1e-6))).toBeGreaterThan(0.05);
  });
});

describe('an interval', () => {
  it.each([paired, welch])('excludes 0 exactly where p is below the error', (estimate) => {
    const p = differenceP(estimate);
    expect(intervalOf(estimate, p * (1 + 1e-6)).low).toBeGreaterThan(0);
    expect(intervalOf(estimate, p * (1 - 1e-6)).low).toBeLessThan(0);
  });
});
