import { describe, expect, it } from 'vitest';
import { configSchema, keysOf, schemaAt } from '../../src/config/json-schema.ts';
import { canonicalJson, finetuneHashOf, runIdOf } from '../../src/config/run-id.ts';
import { type RunConfig, runConfigSchema } from '../../src/config/schema.ts';
import { known } from './scratch.ts';

const config = runConfigSchema(known).parse({ name: 'a', regime: 'joint' });
const keys = keysOf(configSchema(known)).filter(
  (key) => !schemaAt(configSchema(known), key.split('.'))?.properties,
);

/** The configuration with some other value under one key. */
function changed(key: string): RunConfig {
  const copy = structuredClone(config) as unknown as Record<string, Record<string, unknown>>;
  const path = key.split('.');
  const parent = (path.length === 1 ? copy : copy[path[0]!]) as Record<string, unknown>;
  parent[path.at(-1)!] = 'changed';
  return copy as unknown as RunConfig;
}

describe('runIdOf', () => {
  it('opens with the regime and the seed and ends with ten hexadecimal digits', () => {
    expect(runIdOf(config)).toMatch(/^joint-s0-[0-9a-f]{10}$/);
  });

  it('depends on every key but those that cannot change the pre-trained weights', () => {
    const irrelevant = keys.filter((key) => runIdOf(changed(key)) === runIdOf(config));
    expect(irrelevant).toEqual([
      'name',
      'description',
      'training.keepAt',
      'training.logEvery',
      'training.evaluateEvery',
      'training.checkpointEvery',
      ...keys.filter((key) => /^(finetune|probe|pairs)\./.test(key)),
    ]);
  });

  it('is not changed by a key that says its default, so that a new key renames no run', () => {
    const { objective, ...rest } = config;
    const { discriminatorSchedule, ...older } = objective;
    expect(discriminatorSchedule).toBe('constant');
    expect(runIdOf({ ...rest, objective: older as typeof objective })).toBe(runIdOf(config));
  });

  it('counts a fork by the run’s name and the fraction, not by where the run lies', () => {
    const forkOf = (run: string, at: number) =>
      runIdOf({ ...config, training: { ...config.training, fork: { run, at } } });
    expect(forkOf('/a/runs/joint-s0-1', 0.5)).toBe(forkOf('/b/joint-s0-1', 0.5));
    expect(forkOf('/a/runs/joint-s0-1', 0.5)).not.toBe(forkOf('/a/runs/joint-s0-1', 1));
    expect(forkOf('/a/runs/joint-s0-1', 0.5)).not.toBe(forkOf('/a/runs/joint-s0-2', 0.5));
  });

  it('does not depend on the order of keys', () => {
    const { seed, data, ...rest } = config;
    const backwards = Object.fromEntries(Object.entries(data).reverse()) as typeof data;
    expect(runIdOf({ ...rest, data: backwards, seed })).toBe(runIdOf(config));
  });

  it('is not changed by a key that is there and undefined', () => {
    expect(runIdOf({ ...config, data: { ...config.data, folder: undefined } })).toBe(runIdOf(config));
  });
});

describe('canonicalJson', () => {
  it('sorts keys at every level and leaves lists in order', () => {
    expect(canonicalJson({ b: [2, 1, { d: 1, c: 2 }], a: { z: 1e-7, y: null } })).toBe(
      '{"a":{"y":null,"z":1e-7},"b":[2,1,{"c":2,"d":1}]}',
    );
  });
});

describe('finetuneHashOf', () => {
  const hashOf = (changes: object) =>
    finetuneHashOf({ ...config, finetune: { ...config.finetune, ...changes } } as RunConfig);

  it('depends on how fine-tuning is done, and not on which scores are asked for', () => {
    const irrelevant = [
      { tasks: ['rte'] },
      { seeds: 9 },
      { at: [0.5] },
      { glueDir: 'x' },
      { untrained: true },
    ];
    for (const changes of irrelevant) expect(hashOf(changes)).toBe(hashOf({}));
    const hashes = [{}, { read: 'mean' }, { headFirst: true }, { epochs: 9 }].map(hashOf);
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it('is what it was before there were keys that say their default', () => {
    const { read, headFirst, untrained, ...older } = config.finetune;
    expect([read, headFirst, untrained]).toEqual(['first-token', false, false]);
    expect(finetuneHashOf({ ...config, finetune: older } as RunConfig)).toBe(hashOf({}));
  });
});
