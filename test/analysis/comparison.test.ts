/** Runs, arms and folders side by side, on two studies that are committed. */
import { describe, expect, it } from 'vitest';
import { groupsOf } from '../../src/analysis/compared-subjects.ts';
import { type Comparison, compare, differenceOf } from '../../src/analysis/comparison.ts';

const [five, one] = ['results/figure3-training-algorithms', 'results/figure3-study'];
const comparisonsOf = (...paths: string[]) => groupsOf(paths).map(compare);
const metricIn = ({ measurements }: Comparison, name: string) =>
  measurements.find(({ metric }) => metric === name)!;

describe('the difference of two sets of values', () => {
  it('has Welch’s interval: means 3 and 1, standard error √(1/2 + 1/2), t of 2 degrees 4.303', () => {
    const { difference, interval } = differenceOf([2, 4], [0, 2])!;
    // Each variance is 2, of two values: 2 / 2 + 2 / 2 = 2.
    const reach = 4.302653 * Math.sqrt(2);
    expect(difference).toBe(2);
    expect(interval!.low).toBeCloseTo(2 - reach, 5);
    expect(interval!.high).toBeCloseTo(2 + reach, 5);
  });

  it('of one seed has no interval, and says so', () => {
    expect(differenceOf([3], [1, 2])).toEqual({ difference: 1.5, reason: 'one seed: no interval' });
  });

  it('of values that are all equal has none either', () => {
    expect(differenceOf([1, 1], [2, 2])).toEqual({ difference: -1, reason: 'no spread: no interval' });
  });

  it('is not there where one of the two has no value', () => {
    expect(differenceOf([], [1])).toBeUndefined();
  });
});

/** The study grows; of these two arms, one run each. */
const runs = ['bert-s10-7b6f09a12a', 'joint-s10-6e0dd3aaf9'].map((id) => `${one}/runs/${id}`);

describe('two runs', () => {
  it('are compared without intervals, having one seed each', () => {
    const [comparison, ...others] = comparisonsOf(...runs);
    expect(others).toEqual([]);
    expect(comparison!.subjects.map(({ name, runs }) => [name, runs.length])).toEqual([
      ['bert', 1],
      ['joint', 1],
    ]);
    const { values, differences } = metricIn(comparison!, 'mlm_accuracy');
    const [bert, joint] = values.map(({ mean }) => mean!);
    expect(differences).toEqual([undefined, { difference: joint! - bert!, reason: 'one seed: no interval' }]);
  });

  it('differ in what their arms say, and in neither name nor seed', () => {
    const [comparison] = comparisonsOf(...runs);
    const settings = new Map(comparison!.settings.map(({ key, values }) => [key, values]));
    expect(settings.get('regime')).toEqual([['bert'], ['joint']]);
    expect(settings.has('name') || settings.has('seed')).toBe(false);
  });
});

describe('arms of a study of five seeds', () => {
  it('are named with their folder, and have an interval', () => {
    const [comparison] = comparisonsOf(`${five}:joint`, `${five}:adversarial`);
    expect(comparison!.subjects.map(({ name, runs }) => [name, runs.length])).toEqual([
      ['joint', 5],
      ['adversarial', 5],
    ]);
    const [, difference] = metricIn(comparison!, 'mlm_accuracy').differences;
    expect(difference!.difference).toBeLessThan(0);
    expect(difference!.interval!.high).toBeLessThan(0);
  });

  it('that are not there are named with the nearest that is', () => {
    expect(() => comparisonsOf(`${five}:jont`, one)).toThrow(/did you mean "joint"\?$/);
  });
});

describe('two studies', () => {
  it('are compared arm by arm, where both have one', () => {
    const comparisons = comparisonsOf(five, one);
    expect(comparisons.map(({ name }) => name).sort()).toEqual(['bert', 'joint']);
    for (const { subjects } of comparisons)
      expect(subjects.map(({ name }) => name)).toEqual(['figure3-training-algorithms', 'figure3-study']);
  });

  it('of versions with other keys differ in those: the older one has no value', () => {
    const [comparison] = comparisonsOf(five, one);
    const { values } = comparison!.settings.find(({ key }) => key === 'probe.tasks')!;
    expect(values[0]).toEqual([]);
    expect(values[1]!.length).toBe(1);
  });
});

it('one run alone is nothing to compare, and no path is a path', () => {
  expect(() => groupsOf([`${one}/runs/bert-s10-7b6f09a12a`])).toThrow(
    /^compare: expected at least two runs or arms, got 1; name runs, results folders, or arms as FOLDER:ARM$/,
  );
  expect(() => groupsOf(['nowhere', one])).toThrow(
    /^nowhere: expected the folder of a run, a results folder, or an arm as FOLDER:ARM, got "neither"; check the path$/,
  );
});
