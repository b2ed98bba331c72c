/** What every optimiser must keep. A new one is judged by these without a line being added. */
import { describe, expect, it } from 'vitest';
import { known, presetsFolder } from '../../src/commands/command.ts';
import { resolveConfig } from '../../src/config/resolve.ts';
import { runIdOf } from '../../src/config/run-id.ts';
import { optimiser as section } from '../../src/config/sections.ts';
import { optimiserNamed, optimiserNames } from '../../src/optim/registry.ts';
import { zeroMoments } from '../helpers/tiny-model.ts';

const options = section.parse({ weightDecay: 0.1 });
const groups = [{ start: 1, end: 7, decays: true, scale: 1, network: 'bert' }];
const gradientsAt = (step: number) => Float32Array.from({ length: 8 }, (_, i) => Math.sin(8 * step + i));

describe.each(optimiserNames)('%s', (name) => {
  const { create } = optimiserNamed(name);

  it('lowers a loss that is a square, whichever side its weights are on', () => {
    const values = Float32Array.from({ length: 8 }, (_, i) => (-1) ** i * (i + 1));
    const optimiser = create(zeroMoments(8), groups, options);
    const lossOf = () => values.subarray(1, 7).reduce((sum, w) => sum + w * w, 0);
    const before = lossOf();
    for (let step = 1; step <= 50; step++)
      optimiser.update(
        values,
        values.map((w) => 2 * w),
        0.01,
        step,
      );
    expect(lossOf()).toBeLessThan(before);
    expect([values[0], values[7]]).toEqual([1, -8]);
  });

  it('goes on from its moments bit for bit, as a resumed run does', () => {
    const [unbroken, resumed] = [0, 1].map(() => ({ values: gradientsAt(0), moments: zeroMoments(8) }));
    const one = create(unbroken!.moments, groups, options);
    for (let step = 1; step <= 6; step++) one.update(unbroken!.values, gradientsAt(step), 0.01, step);
    for (let step = 1; step <= 6; step++) {
      const { first, second } = resumed!.moments;
      const loaded = { first: first.slice(), second: second.slice() };
      create(loaded, groups, options).update(resumed!.values, gradientsAt(step), 0.01, step);
      resumed!.moments = loaded;
    }
    expect(resumed).toEqual(unbroken);
  });

  it('can be configured by its name, which tells runs apart', () => {
    const configOf = (...set: string[]) => resolveConfig('smoke', { set, known, presetsFolder });
    const config = configOf(`optimiser.kind=${name}`);
    expect(config.optimiser.kind).toBe(name);
    expect(runIdOf(config) === runIdOf(configOf())).toBe(name === 'adamw');
  });
});

describe('the registry', () => {
  it('says which optimisers there are when asked for another', () => {
    const set = ['optimiser.kind=lino'];
    expect(() => resolveConfig('smoke', { set, known, presetsFolder })).toThrow(
      `optimiser.kind: expected one of ${optimiserNames.join(', ')}, got "lino"; did you mean "lion"?`,
    );
  });
});
