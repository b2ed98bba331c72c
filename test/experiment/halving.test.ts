/** Successive halving: who goes on, who is left, and what the search then costs. */
import { describe, expect, it } from 'vitest';
import { rungFractions, standingOf } from '../../src/experiment/halving.ts';
import { randomPoints } from '../../src/experiment/random-points.ts';
import type { Trial } from '../../src/experiment/trials.ts';
import { toyRecord } from '../helpers/toy-results.ts';

const halving = { factor: 3, rungs: 2 };
const [first, second] = rungFractions(halving) as [number, number];
const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'];

/** A trial for each name; `a` is best. @param reached by name: the rungs that it has reached, 1 for its end */
function trials(
  reached: Record<string, number[]>,
  goodness = (name: string) => -names.indexOf(name),
): Trial[] {
  return names.map((name) => {
    const at = reached[name] ?? [];
    const isTried = at.includes(1);
    return {
      experiment: 'mine',
      arm: 'joint',
      coordinates: { rate: name },
      changes: {},
      seed: 100,
      metric: 'mlm_accuracy',
      cell: {} as Trial['cell'],
      record: isTried ? toyRecord(name, 100) : undefined,
      score: isTried ? goodness(name) : undefined,
      isTried,
      isChosen: false,
      rungs: new Map(at.filter((fraction) => fraction < 1).map((fraction) => [fraction, goodness(name)])),
    };
  });
}
const all = (fractions: number[]) => Object.fromEntries(names.map((name) => [name, fractions]));
const nameOf = ({ coordinates }: Pick<Trial, 'coordinates'>) => coordinates.rate;
const standing = (own: Trial[], metric = 'mlm_accuracy') => standingOf(own, { halving, metric });

describe('successive halving of nine candidates by three', () => {
  it('has rungs at a ninth and a third', () => {
    expect([first, second]).toEqual([0.1111, 0.3333]);
  });

  it('begins with all of them, up to the first rung', () => {
    const { next } = standing(trials({}));
    expect([next!.until, next!.trials.length]).toEqual([first, 9]);
  });

  it('waits for the last of a rung, however good the others are', () => {
    const { next } = standing(trials({ ...all([first]), i: [] }));
    expect([next!.until, next!.trials.map(nameOf)]).toEqual([first, ['i']]);
  });

  it('goes on with the best third, and then with the best of it', () => {
    const three = standing(trials(all([first])));
    expect([three.next!.until, three.next!.trials.map(nameOf)]).toEqual([second, ['a', 'b', 'c']]);
    const one = standing(
      trials({ ...all([first]), a: [first, second], b: [first, second], c: [first, second] }),
    );
    expect([one.next!.until, one.next!.trials.map(nameOf)]).toEqual([1, ['a']]);
    expect([...one.dropped].map(([trial, at]) => [nameOf(trial), at])).toContainEqual(['b', second]);
    expect(one.dropped.size).toBe(8);
  });

  it('costs 0.26 of the grid: 9 / 9 + 3 · 2 / 9 + 1 · 2 / 3 runs of 9', () => {
    let [reached, cost, before] = [all([]), 0, new Map<string, number>()];
    for (let next = standing(trials(reached)).next; next; next = standing(trials(reached)).next) {
      for (const name of next.trials.map((trial) => String(nameOf(trial)))) {
        cost += next.until - (before.get(name) ?? 0);
        before.set(name, next.until);
        reached = { ...reached, [name]: [...reached[name]!, next.until] };
      }
    }
    expect(cost / 9).toBeCloseTo((1 + 2 / 3 + 2 / 3) / 9, 3);
  });

  it('by a loss goes on with the lowest', () => {
    const own = trials(all([first]), (name) => names.indexOf(name)).map((trial) => ({
      ...trial,
      metric: 'mlm_loss',
    }));
    expect(standing(own, 'mlm_loss').next!.trials.map(nameOf)).toEqual(['a', 'b', 'c']);
  });

  it('leaves nobody where the metric has no value yet', () => {
    const blind = trials(all([first])).map((trial) => ({ ...trial, rungs: new Map([[first, undefined]]) }));
    expect(standing(blind).next).toMatchObject({ until: second });
    expect(standing(blind).next!.trials).toHaveLength(9);
  });

  it('counts a run that was finished before by its end, and does not run it again', () => {
    const { next, dropped } = standing(trials({ ...all([first]), a: [1] }));
    expect(next!.trials.map(nameOf)).toEqual(['b', 'c']);
    expect([...dropped.keys()].map(nameOf)).not.toContain('a');
  });
});

describe('a random search', () => {
  const grid = {
    'optimiser.learningRate': { from: 0.0001, to: 0.01, scale: 'log' },
    'model.layers': [1, 2, 3],
  };
  const draw = (candidates: number, seed = 0) => randomPoints('mine', grid, { candidates, seed });

  it('draws the same points again, and others with another seed', () => {
    expect(draw(5)).toEqual(draw(5));
    expect(draw(5)).not.toEqual(draw(5, 1));
  });

  it('draws as often below 0.001 as above it, the middle of the logarithm', () => {
    const rates = draw(400).map(({ coordinates }) => coordinates['optimiser.learningRate'] as number);
    expect(Math.min(...rates)).toBeGreaterThanOrEqual(0.0001);
    expect(Math.max(...rates)).toBeLessThanOrEqual(0.01);
    const low = rates.filter((rate) => rate < 0.001).length;
    expect(Math.abs(low - 200)).toBeLessThan(40); // four standard deviations, √(400 / 4) = 10
  });

  it('draws every value of a list', () => {
    expect(new Set(draw(60).map(({ coordinates }) => coordinates['model.layers']))).toEqual(
      new Set([1, 2, 3]),
    );
  });

  it('refuses a range that goes down', () => {
    expect(() => randomPoints('mine', { a: { from: 2, to: 1 } }, { candidates: 2, seed: 0 })).toThrow(
      'mine: a: expected a range from a smaller number to a larger one, got',
    );
  });
});
