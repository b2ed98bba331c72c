import { describe, expect, it } from 'vitest';
import { objective } from '../../src/config/sections.ts';
import { discriminatorWeightAt } from '../../src/objectives/discriminator-weight.ts';

const over = (discriminatorSchedule: 'constant' | 'delayed' | 'annealed') => {
  const config = objective.parse({
    discriminatorWeight: 8,
    discriminatorSchedule,
    discriminatorDelay: 0.5,
  });
  return [0, 0.25, 0.5, 0.75].map((progress) => discriminatorWeightAt({ progress }, config));
};

describe('λ over a stage', () => {
  it('stays what it is where it is constant', () => {
    expect(over('constant')).toEqual([8, 8, 8, 8]);
  });

  it('is 0 until its delay is over where it is delayed', () => {
    expect(over('delayed')).toEqual([0, 0, 8, 8]);
  });

  it('rises in a straight line until its delay is over where it is annealed', () => {
    expect(over('annealed')).toEqual([0, 8 * (0.25 / 0.5), 8, 8]);
  });

  it('is the paper’s constant 50 unless the configuration says otherwise', () => {
    expect(discriminatorWeightAt({ progress: 0 }, objective.parse({}))).toBe(50);
  });
});
