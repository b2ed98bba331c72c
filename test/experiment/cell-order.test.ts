/** The order of an experiment's runs. */
import { expect, it } from 'vitest';
import { known, presetsFolder } from '../../src/commands/command.ts';
import { resolveConfig } from '../../src/config/resolve.ts';
import { longestFirst } from '../../src/experiment/cell-order.ts';

const steps = (count: number) =>
  resolveConfig('smoke', { set: [`training.steps=${count}`], known, presetsFolder });
const cells = [steps(10), steps(30), steps(60)];

it('the longest run begins first', () => {
  expect(longestFirst(cells).map(({ training }) => training.steps)).toEqual([60, 30, 10]);
});
