/**
 * Wrong inputs, made from what the program itself says that it takes: every option of every command with values of no use,
 * every key of a configuration with values that its schema forbids, and files that are no configuration or no experiment.
 */
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { onlyRun, temporaryFolder } from '../end-to-end/program.ts';
import { campaignTimeout, chosen, faultsAmong, shortRunYaml } from './campaign.ts';
import { faultsOf, type ServedProgram, serveProgram } from './served-program.ts';

const { folder, remove } = temporaryFolder();
// Values such as ../../.. stay in here.
const current = join(folder, 'a', 'b', 'c', 'd');
const results = join(folder, 'results');
let program: ServedProgram;

/** Each command with what it needs to come far enough for every option to be read, and to end soon. */
const commands: Record<string, () => string[]> = {
  run: () => ['tiny.yaml', '--cache', 'cache', '--engine', 'onnx'],
  sweep: () => ['study.yaml', '--dry-run'],
  plan: () => ['nosuch.yaml'],
  tune: () => ['study.yaml'],
  signal: () => ['study.yaml'],
  report: () => ['nowhere'],
  show: () => ['nowhere', '--text', 'a'],
  compare: () => ['nowhere', 'elsewhere'],
  evaluate: () => [onlyRun(results), '--cache', 'cache', '--engine', 'onnx'],
  finetune: () => [onlyRun(results), '--cache', 'cache', '--tasks', 'cola'],
  probe: () => ['nowhere'],
  pairs: () => ['nowhere'],
  export: () => [onlyRun(results), '--to', 'hf', '--out', 'exported', '--cache', 'cache'],
  import: () => ['hf/bert', '--as', 'mine'],
  flops: () => ['tiny.yaml'],
  bench: () => ['--preset', 'nosuch.yaml'],
  'data list': () => [],
  'data prepare': () => ['tiny.yaml', '--cache', 'cache'],
  'data tasks': () => ['--tasks', 'nosuch.yaml'],
  'data glue': () => ['--dir', 'glue', '--from', 'http://127.0.0.1:9'],
  'data blimp': () => ['--dir', 'blimp', '--from', 'http://127.0.0.1:9'],
  doctor: () => ['more'],
  init: () => ['tiny'],
};

const useless = [
  ...['', ' ', ',', '=', '-', '0', '-1', '1.5', '1e999', 'NaN', '9'.repeat(400), 'é', 'a'.repeat(5000)],
  ...['\u001b[2J', '\u009b2J', 'a\u202eb', 'a\nb', '\ud800', '__proto__', 'constructor', '../../..'],
  ...[
    '{}',
    '[]',
    '{a: [',
    'null',
    '%s%n',
    "';ls",
    'file',
    'file/below',
    'empty',
    'loop',
    '/dev/null',
    '/proc/x',
  ],
];
const noSwitch = ['yes', 'no', '0', '1', 'TRUE', '', 'maybe', '[]', '\u001b[2J'];

beforeAll(async () => {
  mkdirSync(join(current, 'empty'), { recursive: true });
  writeFileSync(join(current, 'file'), 'x');
  symlinkSync('loop', join(current, 'loop'));
  writeFileSync(join(current, 'tiny.yaml'), shortRunYaml(join(folder, 'corpus')));
  const study = {
    claim: 'nothing',
    preset: 'tiny.yaml',
    seeds: [0],
    arms: { a: {}, b: { regime: 'joint' } },
  };
  writeFileSync(join(current, 'study.yaml'), JSON.stringify(study));
  program = serveProgram({ cwd: current });
  await program.ask([
    'run',
    'tiny.yaml',
    '--out',
    results,
    '--cache',
    'cache',
    '--engine',
    'onnx',
    '--quiet',
  ]);
  await program.ask(['export', onlyRun(results), '--to', 'hf', '--out', 'hf', '--cache', 'cache']);
}, campaignTimeout);
afterAll(() => {
  program?.stop();
  remove();
});

interface Option {
  name: string;
  isSwitch: boolean;
  isChoice: boolean;
}

/** What `--help` says of a command's options. */
async function optionsOf(command: string): Promise<Option[]> {
  const { stdout } = await program.ask([...command.split(' '), '--help']);
  const entries = stdout.split(/\n(?= {2,6}(?:-\w, )?--)/).slice(1);
  const options = entries.map((entry) => ({
    name: /--([\w-]+)/.exec(entry)![1]!,
    isSwitch: entry.includes('[boolean]'),
    isChoice: entry.includes('[choices:'),
  }));
  return options.filter(({ name }) => name !== 'help' && name !== 'version');
}

it('is refused in one sentence, or harmless, as the value of any option', {
  timeout: campaignTimeout,
}, async () => {
  const tried: { command: string; option: Option; value: string }[] = [];
  for (const command of Object.keys(commands)) {
    const options = await optionsOf(command);
    for (const option of options)
      tried.push(...(option.isSwitch ? noSwitch : useless).map((value) => ({ command, option, value })));
  }
  expect(tried.length).toBeGreaterThan(2000);
  const found = await faultsAmong(
    'values of options',
    chosen(tried, 80),
    async ({ command, option, value }) => {
      const rest = without(commands[command]!(), option.name);
      const answer = await program.ask([...command.split(' '), ...rest, `--${option.name}=${value}`]);
      const isTaken = (option.isSwitch || option.isChoice) && answer.code !== 2;
      return [...faultsOf(answer), ...(isTaken ? [`taken: ${answer.stderr}`] : [])];
    },
  );
  expect(found).toEqual([]);
});

/** The words of a command line without an option and its value. */
function without(words: readonly string[], name: string): string[] {
  const at = words.indexOf(`--${name}`);
  return at < 0 ? [...words] : [...words.slice(0, at), ...words.slice(at + 2)];
}

interface Schema {
  properties?: Record<string, Schema>;
  type?: string;
  enum?: string[];
  anyOf?: Schema[];
  minimum?: number;
  exclusiveMinimum?: number;
  maximum?: number;
  exclusiveMaximum?: number;
}

/** Values, as YAML has them, that a key's schema forbids. */
function forbidden({
  type,
  enum: names,
  minimum,
  exclusiveMinimum,
  maximum,
  exclusiveMaximum,
}: Schema): string[] {
  const bounds = [
    ...(minimum === undefined ? [] : [minimum - 1, -1e300]),
    ...(exclusiveMinimum === undefined ? [] : [exclusiveMinimum, -1]),
    ...(maximum === undefined ? [] : [maximum + 1]),
    ...(exclusiveMaximum === undefined ? [] : [exclusiveMaximum]),
  ].map(String);
  const noNumber = [
    'abc',
    '"3"',
    '1e999',
    '-.inf',
    '.nan',
    '1_000',
    '0x',
    '[3]',
    '{a: 3}',
    'true',
    'null',
    '~',
    '"\u001b[2J"',
  ];
  const kinds: Record<string, string[]> = {
    number: [...noNumber, ...bounds],
    integer: [...noNumber, '1.5', '1e400', '9007199254740993', ...bounds],
    boolean: ['yes', 'on', '1', '0', '"true"', '[]', 'null', '{}'],
    array: ['3', 'abc', '{a: 1}', '[[1]]', '[null]', '["\u001b[2J"]', 'true'],
    string: ['[a]', '{a: b}', ...(names ? ['nosuch', '"\u001b[2J"', '"joint "', 'JOINT', 'null'] : [])],
  };
  return kinds[type ?? 'string'] ?? [];
}

function keysIn({ properties = {} }: Schema, path = ''): [string, Schema][] {
  return Object.entries(properties).flatMap(([name, schema]) =>
    schema.properties
      ? keysIn(schema, `${path}${name}.`)
      : [[`${path}${name}`, schema.anyOf?.[0] ?? schema] as const],
  ) as [string, Schema][];
}

it('is refused as the value of any key of a configuration', { timeout: campaignTimeout }, async () => {
  const schema = fileURLToPath(new URL('../../configs/schema.json', import.meta.url));
  const keys = keysIn(JSON.parse(readFileSync(schema, 'utf8'))).filter(([key]) => key !== '$schema');
  const tried = keys.flatMap(([key, of]) => forbidden(of).map((value) => ({ key, value })));
  expect(tried.length).toBeGreaterThan(700);
  const found = await faultsAmong('values of keys', chosen(tried, 80), async ({ key, value }) => {
    const answer = await program.ask(['run', 'tiny.yaml', '--print-config', '--set', `${key}=${value}`]);
    return [...faultsOf(answer), ...(answer.code === 2 ? [] : [`taken: ${answer.stdout} ${answer.stderr}`])];
  });
  expect(found).toEqual([]);
});

/** Sizes that a machine does not have. */
const sizes = ['65536', '1000000000', '9007199254740991'];
const sizedKeys = [
  ...[
    'model.layers',
    'model.hidden',
    'model.heads',
    'model.feedForward',
    'model.embedding',
    'model.maxPositions',
  ],
  ...['model.relativeDistance', 'data.vocabularySize', 'data.sequenceLength', 'training.batchSize'],
  ...['evaluation.batchSize', 'evaluation.examples', 'finetune.seeds', 'pairs.most', 'finetune.batchSize'],
];

it('is told at once of sizes that no machine has', { timeout: campaignTimeout }, async () => {
  const tried = sizedKeys.flatMap((key) => sizes.map((size) => `${key}=${size}`));
  const found = await faultsAmong('sizes', chosen(tried, 10), async (set) => {
    const rest = ['--cache', 'cache', '--engine', 'onnx', '--out', `sized-${set}`];
    return faultsOf(await program.ask(['run', 'tiny.yaml', ...rest, '--set', set]));
  });
  expect(found).toEqual([]);
});

const tiny = 'extends: tiny.yaml\n';
const configurations: Record<string, string | Uint8Array> = {
  ...{
    empty: '',
    space: ' \n\n',
    list: '- a\n',
    number: '3',
    nul: `${tiny}name: "a\0b"\n`,
    tab: 'a:\n\tb: 1\n',
  },
  ...{
    twoDocuments: `${tiny}---\nname: b\n`,
    duplicate: `${tiny}seed: 1\nseed: 2\n`,
    omap: `${tiny}training: !!omap [steps: 3]\n`,
  },
  ...{
    set: `${tiny}data: !!set {folder}\n`,
    binary: `${tiny}name: !!binary aGVsbG8=\n`,
    tag: `${tiny}name: !js/function "x"\n`,
  },
  ...{
    proto: `${tiny}__proto__: { seed: 3 }\n`,
    inner: `${tiny}training: { __proto__: { steps: 3 } }\n`,
    constructor: `${tiny}constructor: 1\n`,
  },
  ...{
    merge: `${tiny}<<: { seed: 3 }\n`,
    numberKey: `${tiny}1: 2\n`,
    nullKey: `${tiny}~: 2\n`,
    listKey: `${tiny}[a]: 2\n`,
  },
  ...{
    itself: 'extends: itself.yaml\n',
    escape: `${tiny}"\\e[2J": 1\n`,
    name: `${tiny}name: "\\e[2J"\n`,
    dots: `${tiny}name: ..\n`,
  },
  ...{ turned: `${tiny}name: "a\\u202eb"\n`, long: `${tiny}name: ${'a'.repeat(5000)}\n` },
  many: tiny + Array.from({ length: 20_000 }, (_, i) => `key${i}: 1\n`).join(''),
  deep: `${tiny}training: ${'['.repeat(10_000)}\n`,
  nested: `${tiny}training: ${'{ a: '.repeat(2000)}1${' }'.repeat(2000)}\n`,
  bomb: `a: &a [x, x, x, x, x, x, x, x, x]\n${'bcdefghij'
    .split('')
    .map((to, i) => `${to}: &${to} [${`*${'abcdefghi'[i]},`.repeat(9)}]\n`)
    .join('')}`,
  alias: `${tiny}training: &t { steps: *t }\n`,
  utf16: Buffer.from(`\ufeff${tiny}`, 'utf16le'),
  bytes: Buffer.from([0xff, 0xfe, 0x80, 0x81, 0x00, 0x01]),
  latin: Buffer.concat([Buffer.from(`${tiny}name: `), Buffer.from([0xe9, 0x0a])]),
};

it('is refused as a configuration', { timeout: campaignTimeout }, async () => {
  const found = await faultsAmong(
    'files that are no configuration',
    Object.keys(configurations),
    async (name) => {
      writeFileSync(join(current, `${name}.yaml`), configurations[name]!);
      const answer = await program.ask(['run', `${name}.yaml`, '--print-config']);
      return [
        ...faultsOf(answer),
        ...(answer.code === 2 ? [] : [`taken: ${answer.stdout.slice(0, 300)} ${answer.stderr}`]),
      ];
    },
  );
  expect(found).toEqual([]);
});

const arms = { a: {}, b: { regime: 'joint' } };
const names = ['.', '..', '', ' ', 'a b ', 'a\u202eb', '\u001b[2J', '__proto__', 'a\nb', 'x'.repeat(5000)];
const thirty = Array.from({ length: 30 }, (_, i) => i + 1);
const experiments: Record<string, unknown> = {
  ...Object.fromEntries(
    names.map((name, i) => [`name${i}`, { arms: JSON.parse(`{${JSON.stringify(name)}: {}}`) }]),
  ),
  ...{
    none: {},
    empty: { arms: {} },
    list: { arms: [] },
    seeds: { arms, seeds: [1e15, -1, 1.5] },
    twice: { arms, seeds: [0, 0] },
  },
  ...{
    text: { arms, seeds: 'abc' },
    seedInArm: { arms: { a: { seed: 3 } } },
    preset: { arms, preset: 'nosuch' },
    fork: { arms: { a: { fork: { from: 'a' } } } },
  },
  ...{
    circle: { arms: { a: { fork: { from: 'b' } }, b: { fork: { from: 'a' } } } },
    claims: { arms, claims: [{ id: 'x' }] },
    title: { arms: { a: {} }, title: ['\u001b[2J'] },
  },
  ...{
    unknown: { arms: { a: {} }, '\u001b[2J': 1 },
    byPreset: { arms: { a: {} }, byPreset: { nosuch: {} } },
    common: { arms: { a: {} }, common: { seed: 3 } },
  },
  ...{ figure: { arms: { a: {} }, figure: 'nosuch' } },
  grid: {
    arms: undefined,
    grid: {
      arm: { a: {} },
      keys: {
        'model.layers': thirty,
        'model.hidden': thirty,
        'model.heads': thirty,
        'model.embedding': thirty,
        'training.steps': thirty,
      },
    },
  },
  primary: { arms: { a: {} }, primary: { metric: 'nosuch', margin: -1 } },
};

it('is refused as an experiment', { timeout: campaignTimeout }, async () => {
  const found = await faultsAmong('files that are no experiment', Object.keys(experiments), async (name) => {
    const study = { claim: 'nothing', preset: 'tiny.yaml', seeds: [0], ...(experiments[name] as object) };
    writeFileSync(join(current, `study-${name}.yaml`), JSON.stringify(study));
    const answer = await program.ask(['sweep', `study-${name}.yaml`, '--dry-run']);
    return [...faultsOf(answer), ...(answer.code === 2 ? [] : [`taken: ${answer.stdout} ${answer.stderr}`])];
  });
  expect(found).toEqual([]);
});
