import { describe, expect, it } from 'vitest';
import { printConfig } from '../../src/config/print.ts';
import { resolveConfig, resolveObject } from '../../src/config/resolve.ts';
import { known, scratch } from './scratch.ts';

const area = scratch();
const resolve = (object: object) => resolveObject(object, 'test', { known, presetsFolder: area.folder });

describe('printConfig', () => {
  it.each([
    { name: 'plain', regime: 'joint' },
    { name: 'true', regime: 'bert', description: 'two\nlines: and a colon' },
    { name: '123', regime: 'bert', description: `${'long '.repeat(50)}# not a comment` },
    { name: 'a', regime: 'joint', seed: 7, generator: { size: 0.5 }, data: { folder: 'texts', corpora: [] } },
    { name: 'a', regime: 'joint', optimiser: { learningRate: 1e-7, epsilon: 1 / 3e9 } },
  ])('prints a file that resolves to the same configuration: %j', (object) => {
    const config = resolve(object);
    const file = area.write('printed.yaml', printConfig(config));
    const again = resolveConfig(file, { known, presetsFolder: area.folder });
    expect(again).toEqual(config);
    expect(printConfig(again)).toBe(printConfig(config));
  });

  it('names a generator of the folder beside the run’s from there, and others in full', () => {
    const config = resolve({
      name: 'a',
      regime: 'joint',
      generator: { checkpoint: '/results/runs/bert-s0-1' },
    });
    expect(printConfig(config, '/results/runs/joint-s0-2')).toContain('  checkpoint: ../bert-s0-1\n');
    expect(printConfig(config, '/elsewhere/runs/joint-s0-2')).toContain(
      '  checkpoint: /results/runs/bert-s0-1\n',
    );
  });

  it('names the run that it starts from likewise', () => {
    const config = resolve({ name: 'a', regime: 'joint', training: { startFrom: '/results/runs/mine-1' } });
    expect(printConfig(config, '/results/runs/joint-s0-2')).toContain('  startFrom: ../mine-1\n');
    expect(printConfig(config)).toContain('  startFrom: /results/runs/mine-1\n');
  });

  it('prints keys in the order of the schema, however they were written', () => {
    const one = resolve({ name: 'a', regime: 'joint', seed: 1, model: { layers: 2, hidden: 64 } });
    const other = resolve({ model: { hidden: 64, layers: 2 }, seed: 1, regime: 'joint', name: 'a' });
    expect(printConfig(other)).toBe(printConfig(one));
    expect(printConfig(one)).toMatch(/^name: a\nregime: joint\nseed: 1\ndata:\n {2}corpora:\n/);
  });
});
