/** The order of an experiment's runs. */
import { expect, it } from 'vitest';
import { known, presetsFolder } from '../../src/commands/command.ts';
import { resolveConfig } from '../../src/config/resolve.ts';
import { seedBySeed } from '../../src/experiment/cell-order.ts';

const cell = (seed: number, steps: number) =>
  resolveConfig('smoke', { set: [`training.steps=${steps}`, `seed=${seed}`], known, presetsFolder });

it('runs begin seed by seed in the order of the file, the longest of a seed first', () => {
  const arms = [10, 30, 60].flatMap((steps) => [7, 3].map((seed) => cell(seed, steps)));
  expect(seedBySeed(arms).map(({ seed, training }) => [seed, training.steps])).toEqual([
    ...[60, 30, 10].map((steps) => [7, steps]),
    ...[60, 30, 10].map((steps) => [3, steps]),
  ]);
});
