import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { known, presetsFolder } from '../../src/commands/command.ts';
import { runIdOf } from '../../src/config/run-id.ts';
import type { RunConfig } from '../../src/config/schema.ts';
import { cellBefore, readExperiment } from '../../src/experiment/experiment-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'experiment-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'mine.yaml');
function read(yaml: string) {
  writeFileSync(path, yaml);
  return readExperiment(path, { known, presetsFolder, results: folder });
}

describe('an experiment', () => {
  it('is one run per arm, or per arm and seed', () => {
    expect(read('claim: " x "\narms: { a: { extends: smoke } }')).toMatchObject({
      ...{ name: 'mine', claim: 'x' },
      cells: [{ name: 'a', seed: 0 }],
    });
    const { cells } = read(
      'seeds: [0, 3]\narms: { a: { extends: smoke }, b: { extends: smoke, regime: bert } }',
    );
    expect(cells.map(({ name, seed }) => [name, seed])).toEqual([
      ['a, seed 0', 0],
      ['a, seed 3', 3],
      ['b, seed 0', 0],
      ['b, seed 3', 3],
    ]);
  });

  it('lets an arm take its generator from another arm, seed by seed', () => {
    const { cells } = read(
      'seeds: [0, 3]\narms: { a: { extends: smoke, regime: bert }, b: { extends: smoke, regime: frozen-annealed, generatorFrom: a } }',
    );
    const [a0, a3, b0, b3] = cells as [RunConfig, RunConfig, RunConfig, RunConfig];
    expect(b0.generator.checkpoint).toBe(join(folder, 'runs', runIdOf(a0)));
    expect(b3.generator.checkpoint).toBe(join(folder, 'runs', runIdOf(a3)));
    expect([cellBefore(b3, cells), cellBefore(a3, cells)]).toEqual([a3, undefined]);
  });

  it('gives such an arm the same id in another results folder', () => {
    const yaml =
      'arms: { a: { extends: smoke, regime: bert }, b: { extends: smoke, regime: frozen-annealed, generatorFrom: a } }';
    const ids = (results: string) => {
      writeFileSync(path, yaml);
      return readExperiment(path, { known, presetsFolder, results }).cells.map(runIdOf);
    };
    expect(ids('/one')).toEqual(ids('/another'));
  });

  it.each([
    ['arm: { a: { extends: smoke } }', ': expected the keys claim, seeds, arms, got "arm"'],
    ['claim: x', ': arms: expected a mapping of names to configurations, got undefined'],
    ['arms: {}', ': arms: expected a mapping of names to configurations, got {}'],
    [
      'seeds: 3\narms: { a: { extends: smoke } }',
      ': seeds: expected a list of whole numbers, got 3; write [0, 1, 2] for three seeds',
    ],
    ['claim: [x]\narms: { a: { extends: smoke } }', ': claim: expected one sentence, got ["x"]'],
    ['arms: { a: 5 }', ': a: expected a mapping, got 5'],
    ['arms: { a: { extends: smok } }', ': a: extends: expected one of '],
    [
      'arms: { a: { extends: smoke, training: { stepz: 3 } } }',
      ': a: training.stepz: expected a known key, got "stepz"; did you mean "steps"?',
    ],
    [
      'arms: { a: { extends: smoke, seed: 4 } }',
      ': a: seed: expected no such key in an arm, got 4; write `seeds: [0, 1]` beside `arms`',
    ],
    [
      'arms: { a: { extends: smoke, name: b } }',
      ': a: name: expected no such key in an arm, got "b"; the name of the arm names its runs',
    ],
    [
      'arms: { a: { extends: smoke }, b: { extends: smoke, finetune: { epochs: 9 } } }',
      ': b: expected an arm that trains unlike the others, got "the training of a"; names, cadences, evaluation and fine-tuning do not make another run; drop one of the two',
    ],
    [
      'arms: { a: { extends: smoke }, b: { extends: smoke, generatorFrom: c } }',
      ': b: generatorFrom: expected one of a, got "c"',
    ],
    [
      'arms: { a: { extends: smoke, generatorFrom: b }, b: { extends: smoke, generatorFrom: a } }',
      ': b: generatorFrom: expected another arm of this experiment, got "a"',
    ],
    ['seeds: [1, 1]\narms: { a: { extends: smoke } }', 'got "the training of a, seed 1"'],
  ])('%j is refused in one line', (yaml, message) => {
    expect(() => read(yaml)).toThrow(message);
    expect(() => read(yaml)).toThrow(/^.*mine\.yaml[^\n]*$/);
  });
});
