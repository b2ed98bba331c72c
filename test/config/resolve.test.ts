import { mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/base/errors.ts';
import { presetNames, resolveConfig, resolveObject } from '../../src/config/resolve.ts';
import { runConfigSchema } from '../../src/config/schema.ts';
import { known, messageOf, scratch } from './scratch.ts';

const area = scratch();
const identity = 'name: a\nregime: joint\n';

function options(set: string[] = []) {
  const presetsFolder = join(area.folder, 'presets');
  mkdirSync(presetsFolder, { recursive: true });
  return { set, known, presetsFolder };
}

/** What `run.yaml` with this content resolves to. */
function resolved(content: string, ...set: string[]) {
  return resolveConfig(area.write('run.yaml', content), options(set));
}

/** The complaint about `run.yaml` with this content. */
function complaint(content: string, ...set: string[]): string {
  return withoutFolder(() => resolved(content, ...set));
}

function withoutFolder(act: () => unknown): string {
  const message = messageOf(act, ConfigError);
  expect(message).not.toContain('\n');
  return message.replaceAll(`${area.folder}/`, '');
}

describe('precedence', () => {
  it('is defaults < extended < file < --set, and the last --set wins', () => {
    area.write('presets/base.yaml', `${identity}model: {layers: 2, hidden: 64, heads: 2}\n`);
    const file = 'extends: base\nmodel: {hidden: 128, heads: 8}\n';
    const { model } = resolved(file, 'model.heads=1', 'model.heads=16');
    expect(model.feedForward).toBe(1024); // default
    expect(model.layers).toBe(2); // extended
    expect(model.hidden).toBe(128); // file
    expect(model.heads).toBe(16); // --set
  });

  it('merges mappings; lists replace', () => {
    area.write('presets/base.yaml', `${identity}data: {corpora: [gutenberg, brown], sequenceLength: 64}\n`);
    const { data } = resolved('extends: base\ndata: {corpora: [sotu]}\n');
    expect(data.corpora).toEqual(['sotu']);
    expect(data.sequenceLength).toBe(64);
  });

  it('gives the paper where nothing is said', () => {
    expect(resolved(identity)).toEqual(runConfigSchema(known).parse({ name: 'a', regime: 'joint' }));
  });

  it('ignores $schema', () => {
    expect(resolved(`$schema: ./schema.json\n${identity}`)).toEqual(resolved(identity));
  });
});

describe('extends', () => {
  it('follows chains of paths and presets, each relative to the file that says it', () => {
    area.write('presets/base.yaml', `${identity}seed: 1\ntraining: {batchSize: 4}\n`);
    area.write('shared/middle.yaml', 'extends: base\nseed: 2\n');
    area.write('shared/near.yml', 'extends: middle.yaml\ndescription: near\n');
    const config = resolved('extends: shared/near.yml\nname: b\n');
    expect(config).toMatchObject({ name: 'b', regime: 'joint', seed: 2, description: 'near' });
    expect(config.training.batchSize).toBe(4);
  });

  it('refuses a circle, naming it', () => {
    area.write('b.yaml', 'seed: 1\nextends: run.yaml\n');
    expect(complaint('extends: b.yaml\n')).toBe(
      'b.yaml:2: extends: expected an end, got run.yaml → b.yaml → run.yaml; drop one',
    );
    expect(complaint('extends: ./run.yaml\n')).toBe(
      'run.yaml:1: extends: expected an end, got run.yaml → run.yaml; drop one',
    );
  });

  it('finds a circle behind a symbolic link', () => {
    symlinkSync(area.folder, join(area.folder, 'loop'));
    expect(complaint('extends: loop/run.yaml\n')).toBe(
      'run.yaml:1: extends: expected an end, got run.yaml → loop/run.yaml; drop one',
    );
  });

  it('names the file and line of a preset that does not exist', () => {
    area.write('presets/quick.yaml', identity);
    area.write('presets/smoke.yaml', identity);
    expect(complaint('seed: 1\nextends: quik\n')).toBe(
      'run.yaml:2: extends: expected one of quick, smoke, got "quik"; did you mean "quick"?',
    );
    expect(complaint('extends: elsewhere\n')).toBe(
      'run.yaml:1: extends: expected one of quick, smoke, got "elsewhere"; write ./elsewhere for a file',
    );
    expect(complaint('extends: [quick]\n')).toBe(
      'run.yaml:1: extends: expected a preset or the path of a file, got ["quick"]',
    );
  });

  it('names a missing file', () => {
    expect(complaint('extends: ./base.yaml\n')).toBe(
      'base.yaml: expected a YAML file, got no file; check the path',
    );
  });
});

describe('a bare name', () => {
  it('is a preset', () => {
    area.write('presets/quick.yaml', identity);
    expect(resolveConfig('quick', options()).name).toBe('a');
    expect(presetNames(options().presetsFolder)).toEqual(['quick']);
  });

  it('that is no preset is refused with those there are', () => {
    area.write('presets/quick.yaml', identity);
    expect(withoutFolder(() => resolveConfig('quikc', options()))).toBe(
      'preset: expected one of quick, got "quikc"; did you mean "quick"?',
    );
  });
});

describe('relative paths', () => {
  it('are relative to the file that holds them', () => {
    area.write('shared/base.yaml', `${identity}data: {folder: texts, vocabularyFile: ../vocab.txt}\n`);
    const { data } = resolved('extends: shared/base.yaml\n');
    expect(data.folder).toBe(join(area.folder, 'shared', 'texts'));
    expect(data.vocabularyFile).toBe(join(area.folder, 'vocab.txt'));
  });

  it('are relative to the current folder in --set, and absolute ones stay', () => {
    const { data } = resolved(identity, 'data.folder=texts', 'data.vocabularyFile=/v/vocab.txt');
    expect(data.folder).toBe(resolve('texts'));
    expect(data.vocabularyFile).toBe('/v/vocab.txt');
  });
});

describe('--set', () => {
  it.each([
    ['seed=3', { seed: 3 }],
    ['seed= 3', { seed: 3 }],
    ['optimiser.learningRate=5e-4', { optimiser: { learningRate: 0.0005 } }],
    ['data.lowercase=false', { data: { lowercase: false } }],
    ['data.corpora=[sotu, brown]', { data: { corpora: ['sotu', 'brown'] } }],
    ['model={layers: 2, hidden: 32}', { model: { layers: 2, hidden: 32, embedding: 128 } }],
    ['description=a = b', { description: 'a = b' }],
    ['name="123"', { name: '123' }],
    ['description=""', { description: '' }],
  ])('reads %s', (option, expected) => {
    expect(resolved(identity, option)).toMatchObject(expected);
  });

  it.each([
    ['seed', '--set: expected key=value, got "seed"; write it as training.steps=100'],
    ['=3', '--set: expected a key before "=", got "=3"; write it as training.steps=100'],
    ['seed=', '--set seed: expected a value after "=", got ""; leave it out for the default'],
    ['name=[a', '--set name: expected a value in YAML, got "[a"; put text in quotes, as in \'"…"\''],
    ['name=*a', '--set name: expected a value in YAML, got "*a"; put text in quotes, as in \'"…"\''],
    [
      'modle.layers=3',
      '--set modle.layers: expected a known key, got "modle.layers"; did you mean "model.layers"?',
    ],
    [
      'model.layer=3',
      '--set model.layer: expected a known key, got "model.layer"; did you mean "model.layers"?',
    ],
    ['layers=3', '--set layers: expected a known key, got "layers"; did you mean "model.layers"?'],
    [
      'generator.zzzzzzz=3',
      '--set generator.zzzzzzz: expected a known key, got "generator.zzzzzzz"; the keys are kind, size, sharing, initialiseDiscriminator, checkpoint',
    ],
    ['seed.a=3', '--set seed.a: expected a known key, got "seed.a"; did you mean "seed"?'],
    [
      'model..layers=3',
      '--set model..layers: expected a known key, got "model..layers"; did you mean "model.layers"?',
    ],
    [
      'quicklyquickly=3',
      '--set quicklyquickly: expected a known key, got "quicklyquickly"; configs/schema.json lists the keys',
    ],
    [
      'extends=quick',
      '--set extends: expected a known key, got "extends"; configs/schema.json lists the keys',
    ],
    [
      '__proto__.layers=3',
      '--set __proto__.layers: expected a known key, got "__proto__.layers"; did you mean "model.layers"?',
    ],
    [
      'model.constructor=3',
      '--set model.constructor: expected a known key, got "model.constructor"; configs/schema.json lists the keys',
    ],
    ['seed=three', 'seed: expected a whole number of at least 0, got "three"'],
  ])('refuses %s', (option, message) => {
    expect(complaint(identity, option)).toBe(message);
  });
});

describe('a wrong value', () => {
  it.each([
    [
      'objective: {maskFraction: 15}',
      'objective.maskFraction: expected a number in (0, 1), got 15; write 0.15 for 15 percent',
    ],
    [
      'objective: {maskFraction: 1.1}',
      'objective.maskFraction: expected a number in (0, 1), got 1.1; write 0.011 for 1.1 percent',
    ],
    ['objective: {maskFraction: 1}', 'objective.maskFraction: expected a number in (0, 1), got 1'],
    ['objective: {maskFraction: 0}', 'objective.maskFraction: expected a number in (0, 1), got 0'],
    [
      'objective: {maskFraction: 15%}',
      'objective.maskFraction: expected a number in (0, 1), got "15%"; write 0.15',
    ],
    ['objective: {maskFraction: .nan}', 'objective.maskFraction: expected a number in (0, 1), got NaN'],
    [
      'objective: {discriminatorWeight: .inf}',
      'objective.discriminatorWeight: expected a finite number of at least 0, got Infinity',
    ],
    ['generator: {size: 1/4}', 'generator.size: expected a number in (0, 1], got "1/4"; write 0.25'],
    [
      'generator: {size: 25}',
      'generator.size: expected a number in (0, 1], got 25; write 0.25 for 25 percent',
    ],
    ['model: {dropout: 10}', 'model.dropout: expected a number in [0, 1), got 10; write 0.1 for 10 percent'],
    ['optimiser: {learningRate: 0}', 'optimiser.learningRate: expected a number above 0, got 0'],
    [
      'training: {steps: 10_000}',
      'training.steps: expected a whole number of at least 1, got "10_000"; write 10000',
    ],
    ['training: {steps: 1.5}', 'training.steps: expected a whole number of at least 1, got 1.5'],
    ['training: {steps: null}', 'training.steps: expected a whole number of at least 1, got null'],
    [
      'seed: 1e20',
      'seed: expected a whole number of at least 0, got 100000000000000000000; at most 9007199254740991 can be told apart',
    ],
    ['data: {lowercase: yes}', 'data.lowercase: expected true or false, got "yes"'],
    ['data: {corpora: brown}', 'data.corpora: expected a list, got "brown"; write [brown]'],
    [
      'data: {corpora: [sotu, browm]}',
      'data.corpora[1]: expected one of gutenberg, sotu, brown, got "browm"; did you mean "brown"?',
    ],
    ['data: {folder: ""}', 'data.folder: expected text that is not empty, got ""'],
    ['description: 2026', 'description: expected text, got 2026; write "2026" in quotes'],
    ['training:', 'training: expected a mapping, got null; indent its keys below it, or remove it'],
    ['model: small', 'model: expected a mapping, got "small"'],
    [
      'model: {positions: relative}',
      'model.positions: expected one of absolute, relative-bias, got "relative"',
    ],
  ])('%s is explained', (line, message) => {
    expect(complaint(`${identity}${line}\n`)).toBe(message);
  });

  it('of a closed key is answered with the names there are', () => {
    expect(complaint('name: a\nregime: two_stage\n')).toBe(
      'regime: expected one of joint, bert, got "two_stage"',
    );
    expect(complaint('name: a\nregime: Joint\n')).toBe(
      'regime: expected one of joint, bert, got "Joint"; did you mean "joint"?',
    );
  });

  it('that is missing is asked for', () => {
    expect(complaint('name: a\n')).toBe('regime: expected one of joint, bert, got nothing; add the key');
  });
});

describe('an unknown key', () => {
  it.each([
    [
      'objective: {maskFracton: 0.2}',
      'objective.maskFracton: expected a known key, got "maskFracton"; did you mean "maskFraction"?',
    ],
    ['hidden: 64', 'hidden: expected a known key, got "hidden"; did you mean "model.hidden"?'],
    [
      'generator: {temperature: 2}',
      'generator.temperature: expected a known key, got "temperature"; did you mean "objective.temperature"?',
    ],
    [
      'anythingelse: 2',
      'anythingelse: expected a known key, got "anythingelse"; configs/schema.json lists the keys',
    ],
    ['__proto__: {seed: 1}', 'run.yaml:3: expected a key of ours, got "__proto__"; rename it'],
    ['<<: {seed: 1}', '<<: expected a known key, got "<<"; configs/schema.json lists the keys'],
  ])('%s is refused', (line, message) => {
    expect(complaint(`${identity}${line}\n`)).toBe(message);
  });

  it('comes before the key that it was meant to be', () => {
    expect(complaint('name: a\nregimen: joint\n')).toBe(
      'regimen: expected a known key, got "regimen"; did you mean "regime"? (and 1 more)',
    );
  });
});

describe('an impossible combination', () => {
  it.each([
    [
      'model: {hidden: 130}',
      'model.hidden: expected a multiple of model.heads (4), got 130; change either (and 1 more)',
    ],
    [
      'generator: {size: 0.3}',
      'generator.size: expected a fraction that divides model.hidden (256) evenly, got 0.3; try 0.25 or 0.5',
    ],
    [
      'data: {sequenceLength: 1024}',
      'data.sequenceLength: expected at most model.maxPositions (512), got 1024; raise model.maxPositions or shorten the sequences',
    ],
    [
      'data: {corpora: []}',
      'data.corpora: expected at least one corpus or a data.folder, got []; see `electra-lab data list`',
    ],
    [
      'training: {steps: 100}',
      'optimiser.warmupSteps: expected at most training.steps (100), got 10000; about a tenth of the steps is usual',
    ],
  ])('%s is refused', (line, message) => {
    expect(complaint(`${identity}${line}\n`)).toBe(message);
  });
});

describe('a name', () => {
  it.each(['../elsewhere', 'runs/..', '..\\\\elsewhere', 'two\\nlines'])(
    '"%s" is no folder that anybody means',
    (name) => {
      const got = JSON.stringify(JSON.parse(`"${name}"`));
      expect(complaint(`name: "${name}"\nregime: joint\n`)).toBe(
        `name: expected a name for a folder, without .. and control characters, got ${got}; begin it with a letter or digit, and choose at most 200 characters`,
      );
    },
  );

  it.each(['wide, size 0.5', '50/50', 'v1..2'])('"%s" is one', (name) => {
    expect(resolved(`name: "${name}"\nregime: joint\n`).name).toBe(name);
  });
});

describe('the place of a problem', () => {
  it('is the extended file and line that holds the value', () => {
    area.write('presets/base.yaml', `${identity}objective:\n  maskFraction: 15\n`);
    const text = 'objective.maskFraction: expected a number in (0, 1), got 15; write 0.15 for 15 percent';
    expect(complaint('extends: base\n')).toBe(`presets/base.yaml:4: ${text}`);
    expect(withoutFolder(() => resolveConfig('base', options()))).toBe(`presets/base.yaml:4: ${text}`);
    expect(complaint('extends: base\nobjective: {maskFraction: 15}\n')).toBe(text);
    expect(complaint('extends: base\n', 'objective.maskFraction=15')).toBe(text);
  });

  it('is the extended file for an unknown key in it', () => {
    area.write('presets/base.yaml', `${identity}sede: 1\n`);
    expect(complaint('extends: base\n')).toBe(
      'presets/base.yaml:3: sede: expected a known key, got "sede"; did you mean "seed"?',
    );
  });

  it('is the preset run by name, also for a key that it lacks', () => {
    area.write('presets/base.yaml', 'name: a\n');
    expect(withoutFolder(() => resolveConfig('base', options()))).toBe(
      'presets/base.yaml: regime: expected one of joint, bert, got nothing; add the key',
    );
  });
});

describe('resolveObject', () => {
  const where = 'experiments/e.yaml: arms.bert';

  it('is resolveConfig for a mapping, with its own folder', () => {
    area.write('presets/base.yaml', `${identity}seed: 5\n`);
    const file = area.write('arms/other.yaml', 'extends: base\nregime: bert\ndata: {folder: texts}\n');
    const object = { extends: 'other.yaml', description: 'arm' };
    const config = resolveObject(object, where, { ...options(['seed=6']), folder: dirname(file) });
    expect(config).toMatchObject({ regime: 'bert', seed: 6, description: 'arm' });
    expect(config.data.folder).toBe(join(area.folder, 'arms', 'texts'));
    expect(object).toEqual({ extends: 'other.yaml', description: 'arm' });
  });

  it.each([
    [{ name: 'a' }, `${where}: regime: expected one of joint, bert, got nothing; add the key`],
    [
      { name: 'a', regime: 'brt' },
      `${where}: regime: expected one of joint, bert, got "brt"; did you mean "bert"?`,
    ],
    [{ extends: 3 }, `${where}: extends: expected a preset or the path of a file, got 3`],
    [['joint'], `${where}: expected a mapping, got ["joint"]`],
  ])('opens complaints about %j with the place', (object, message) => {
    expect(withoutFolder(() => resolveObject(object, where, options()))).toBe(message);
  });
});
