import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { known, presetsFolder } from '../../src/commands/command.ts';
import { runIdOf } from '../../src/config/run-id.ts';
import type { RunConfig } from '../../src/config/schema.ts';
import { cellBefore, experimentOf, readPlan } from '../../src/experiment/experiment-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'experiment-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'mine.yaml');
function read(yaml: string, options: { preset?: string; seeds?: number[]; results?: string } = {}) {
  writeFileSync(path, yaml);
  return experimentOf(readPlan(path, { known, presetsFolder, results: folder, ...options }), () => ({}));
}

describe('an experiment', () => {
  it('is one run per arm, or per arm and seed', () => {
    expect(read('claim: " x "\narms: { a: { extends: smoke } }')).toMatchObject({
      name: 'mine',
      claim: 'x',
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

  it('lets an arm fork from another arm, seed by seed, and that one keeps the checkpoint', () => {
    const { cells } = read(
      'seeds: [0, 3]\narms: { a: { extends: smoke }, b: { extends: smoke, regime: adversarial, fork: { from: a, at: 0.5 } } }',
    );
    const [a0, a3, b0, b3] = cells as [RunConfig, RunConfig, RunConfig, RunConfig];
    expect(b3.training.fork).toEqual({ run: join(folder, 'runs', runIdOf(a3)), at: 0.5 });
    expect([a0.training.keepAt, b0.training.keepAt]).toEqual([[0.5], []]);
    expect([cellBefore(b3, cells), cellBefore(a3, cells)]).toEqual([a3, undefined]);
  });

  it.each([
    ['{ from: c, at: 0.5 }', 'mine.yaml: b: fork: expected one of a, got "c"'],
    [
      '{ from: a, at: 50 }',
      'mine.yaml: b: fork: expected the name of an arm and a fraction of its training in (0, 1], got',
    ],
    ['a', 'write { from: joint, at: 0.5 }'],
  ])('refuses the fork %s', (fork, message) => {
    expect(() => read(`arms: { a: { extends: smoke }, b: { extends: smoke, fork: ${fork} } }`)).toThrow(
      message,
    );
  });

  it('gives such an arm the same id in another results folder', () => {
    const yaml =
      'arms: { a: { extends: smoke, regime: bert }, b: { extends: smoke, regime: frozen-annealed, generatorFrom: a } }';
    const ids = (results: string) => read(yaml, { results }).cells.map(runIdOf);
    expect(ids('/one')).toEqual(ids('/another'));
  });

  it('expands a list over any key, lists over each other, and named changes', () => {
    const { arms } = read(
      'preset: smoke\narms: { a: { grid: { generator.size: [0.25, 0.5], depth: { flat: { model: { layers: 1 } }, deep: { model: { layers: 3 } } } } } }',
    );
    expect(arms.map(({ name, coordinates }) => [name, coordinates])).toEqual([
      ['a, size 0.25, flat', { 'generator.size': 0.25, depth: 'flat' }],
      ['a, size 0.25, deep', { 'generator.size': 0.25, depth: 'deep' }],
      ['a, size 0.5, flat', { 'generator.size': 0.5, depth: 'flat' }],
      ['a, size 0.5, deep', { 'generator.size': 0.5, depth: 'deep' }],
    ]);
  });

  it('gives every arm what is common, the preset that was asked for, and what the file says under that', () => {
    const yaml =
      'preset: quick\ncommon: { training: { steps: 700 } }\narms: { a: { regime: bert }, b: { training: { steps: 800 } } }\n' +
      'byPreset: { smoke: { common: { training: { steps: 900 } } } }';
    const read3 = ({ cells }: ReturnType<typeof read>) =>
      cells.map(({ regime, training: { steps }, model: { hidden } }) => [regime, steps, hidden]);
    expect(read3(read(yaml))).toEqual([
      ['bert', 700, 128],
      ['joint', 800, 128],
    ]);
    expect(read3(read(yaml, { preset: 'smoke' }))).toEqual([
      ['bert', 900, 32],
      ['joint', 800, 32],
    ]);
  });

  it('trains arms that differ in nothing once', () => {
    const { arms, cells } = read('preset: smoke\narms: { a: {}, b: { generator: { size: 0.5 } } }');
    expect(arms.map(({ runs }) => runs[0]!.runId)).toEqual([runIdOf(cells[0]!), runIdOf(cells[0]!)]);
    expect(cells.length).toBe(1);
  });

  it('takes other seeds than its own when asked', () => {
    const { cells } = read('seeds: [0, 1]\narms: { a: { extends: smoke } }', { seeds: [4] });
    expect(cells.map(({ name, seed }) => [name, seed])).toEqual([['a', 4]]);
  });

  it.each([
    ['arm: { a: { extends: smoke } }', ': arm: expected a known key, got "arm"; did you mean "arms"?'],
    ['claim: x', ': arms: expected a mapping, got nothing; add the key'],
    ['arms: {}', ': arms: expected a mapping of names to configurations, got {}'],
    ['seeds: 3\narms: { a: { extends: smoke } }', ': seeds: expected a list, got 3'],
    ['claim: [x]\narms: { a: { extends: smoke } }', ': claim: expected text, got ["x"]'],
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
      ': b: finetune: expected the fine-tuning of a, got "another"; runs that share their training must share their fine-tuning; give both one recipe',
    ],
    ['arms: { a: { extends: smoke, grid: [1] } }', ': a: grid: expected a mapping of keys to lists, got [1]'],
    [
      'arms: { a: { extends: smoke, grid: { generator.size: 0.5 } } }',
      ': a: grid: generator.size: expected a list of values, or names with their changes, got 0.5; write [0.25, 0.5], or { wide: { model: { … } } }',
    ],
    [
      'preset: smoke\narms: { a: {}, b: { regime: bert } }\nclaims: [{ id: x, says: y, ahead: a, behind: c, source: z, basis: words }]',
      ': claims[0].behind: expected one of a, b, got "c"',
    ],
    [
      'preset: smoke\narms: { a: {}, b: { regime: bert } }\nclaims: [{ id: x, says: y, ahead: a, behind: b, metric: mlm_acuracy, source: z, basis: words }]',
      '; did you mean "mlm_accuracy"?',
    ],
    [
      'preset: smoke\narms: { a: {}, b: { regime: bert } }\nclaims: [{ id: x, says: y, ahead: a, behind: b, metric: task.rte, source: z, basis: words }]',
      ': claims[0].metric: expected one of 29 names (downstream, ',
    ],
    [
      'preset: smoke\narms: { a: {}, b: { regime: bert } }\nclaims: [{ id: x, says: y, ahead: a, behind: a, source: z, basis: words }]',
      ': claims[0].behind: expected an arm that is not ahead, got "a"',
    ],
    [
      'preset: smoke\narms: { a: {}, b: { regime: bert } }\nclaims: [{ id: x, says: y, ahead: a, behind: b, source: z, basis: words }, { id: x, says: y, ahead: b, behind: a, source: z, basis: words }]',
      ': claims[1].id: expected a name of its own, got "x"',
    ],
    [
      'preset: smoke\narms: { a: {}, b: { regime: bert } }\nclaims: [{ id: x, says: y, ahead: a, behind: b, source: z, basis: words, predictsFailureOf: [c] }]',
      ': claims[0].predictsFailureOf: expected one of a, b, got "c"',
    ],
    ['preset: smok\narms: { a: {} }', ': a: extends: expected one of '],
    [
      'preset: smoke\ncommon: { seed: 4 }\narms: { a: {} }',
      ': common: seed: expected no such key in an arm, got 4; write `seeds: [0, 1]` beside `arms`',
    ],
    [
      'preset: smoke\narms: { a: { grid: { seed: [3, 4] } } }',
      ': a, seed 3: seed: expected no such key in an arm, got 3; write `seeds: [0, 1]` beside `arms`',
    ],
    [
      'preset: smoke\narms: { a: { generatorFrom: 3 } }',
      ': a: generatorFrom: expected the name of an arm, got 3',
    ],
    [
      'arms: { a: { extends: smoke }, b: { extends: smoke, generatorFrom: c } }',
      ': b: generatorFrom: expected one of a, got "c"',
    ],
    [
      'arms: { a: { extends: smoke, generatorFrom: b }, b: { extends: smoke, generatorFrom: a } }',
      ': b: generatorFrom: expected another arm of this experiment, got "a"',
    ],
    [
      'preset: smoke\narms: { a: {} }\nbyPreset: { quik: { seeds: [1] } }',
      ': byPreset: expected one of bert-small, electra-base, electra-large, electra-small, laptop, quick, smoke, got "quik"; did you mean "quick"?',
    ],
    ['seeds: [1, 1]\narms: { a: { extends: smoke } }', ': seeds: expected each seed once, got [1,1]'],
  ])('%j is refused in one line', (yaml, message) => {
    expect(() => read(yaml)).toThrow(message);
    expect(() => read(yaml)).toThrow(/^.*mine\.yaml[^\n]*$/);
  });
});
