/** Parsers against hand-written files of the official layout; row counts against the official files, where present. */
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ConfigError, DataError } from '../../../src/base/errors.ts';
import { type GlueFile, type GlueTask, glueTask } from '../../../src/downstream/tasks/glue/glue-task.ts';
import { glueTasks, glueTasksIn } from '../../../src/downstream/tasks/glue.ts';

const root = resolve(import.meta.dirname, '../../..');
const fixtures = join(root, 'test/fixtures/glue');
const official = process.env.GLUE_DIR ?? resolve(root, 'glue');

const named = (name: string) => glueTasks.find((task) => task.name === name)!;
/** The same task, whose files need not be as long as the official ones. */
function ofAnyLength(task: GlueTask, folder = fixtures): GlueTask {
  const anyLength = (file: GlueFile): GlueFile => ({ ...file, rows: [0, 1, 2, 3] });
  const every = (files: Record<string, GlueFile>) =>
    Object.fromEntries(Object.entries(files).map(([part, file]) => [part, anyLength(file)]));
  expect(existsSync(join(folder, task.folder))).toBe(true);
  return glueTask({ ...task, train: anyLength(task.train), dev: every(task.dev), test: every(task.test) });
}
const load = (name: string) => ofAnyLength(named(name)).load({ glueDir: fixtures });

describe('GLUE has nine tasks', () => {
  test('under their names, each scored as the paper scores it', () => {
    expect(Object.fromEntries(glueTasks.map(({ name, metrics }) => [name, metrics]))).toEqual({
      cola: ['matthews'],
      'sst-2': ['accuracy'],
      mrpc: ['accuracy', 'f1'],
      'sts-b': ['spearman', 'pearson'],
      qqp: ['accuracy', 'f1'],
      mnli: ['accuracy'],
      qnli: ['accuracy'],
      rte: ['accuracy'],
      wnli: ['accuracy'],
    });
  });

  test('two of them with ten epochs (Table 7), two with pairs in no order', () => {
    const chosen = (key: 'epochs' | 'isUnordered') =>
      glueTasks.filter((task) => task[key] !== undefined).map(({ name }) => name);
    expect(chosen('epochs')).toEqual(['sts-b', 'rte']);
    expect(chosen('isUnordered')).toEqual(['mrpc', 'sts-b']);
  });
});

describe('a GLUE reader', () => {
  test('finds CoLA without a header, with one in the test file, quotation marks and all', () => {
    const { train, dev, test } = load('cola');
    expect(train).toEqual([
      { first: 'The kettle sang on the stove.', label: 1 },
      { first: 'Kettle the stove sang the on.', label: 0 },
      { first: 'She called it a "bargain.', label: 1 },
    ]);
    expect(dev.dev!.map(({ label }) => label)).toEqual([0, 1]);
    expect(test!.test).toEqual([
      { first: 'The rain has stopped.', label: -1, id: '0' },
      { first: 'Stopped the has rain.', label: -1, id: '1' },
    ]);
  });

  test('trims the blank at the end of SST-2', () => {
    expect(load('sst-2').train[0]).toEqual({ first: 'a film as warm as soup', label: 1 });
  });

  test('reads MRPC behind its byte-order mark and through Windows line ends', () => {
    const { train, test } = load('mrpc');
    expect(train[0]).toEqual({
      first: 'The bridge opened on Monday .',
      second: 'On Monday the bridge was opened .',
      label: 1,
    });
    expect(test!.test).toEqual([{ first: 'Prices rose .', second: 'Prices went up .', label: -1, id: '0' }]);
  });

  test('reads numbers for labels from STS-B', () => {
    const { train, dev } = load('sts-b');
    expect(train.map(({ label }) => label)).toEqual([4.8, 0, 3.6]);
    expect(dev.dev![0]).toEqual({ first: 'A man reads.', second: 'A man is reading.', label: 5, id: '0' });
  });

  test('leaves the broken lines of QQP out, and numbers test rows by their own id', () => {
    const { train, test } = load('qqp');
    expect(train.map(({ id, label }) => [id, label])).toEqual([
      ['7', 1],
      ['8', 0],
      ['10', 1],
    ]);
    expect(test!.test![0]).toMatchObject({ first: 'Where is Oslo?', id: '0', label: -1 });
  });

  test('takes the gold label of MNLI, whose dev files have five others, and keeps both dev parts apart', () => {
    const { labels } = named('mnli');
    const { train, dev, test } = load('mnli');
    expect(train.map(({ label }) => labels[label])).toEqual(['entailment', 'contradiction', 'neutral']);
    expect(Object.keys(dev)).toEqual(['matched', 'mismatched']);
    expect(dev.matched).toEqual([
      { first: 'The shop is open.', second: 'It sells bread.', label: labels.indexOf('neutral'), id: '0' },
    ]);
    expect(test!.mismatched![0]!.first).toBe('The port is open.');
  });

  test.each([
    ['qnli', 'entailment', 'not_entailment'],
    ['rte', 'entailment', 'not_entailment'],
    ['wnli', 'entailment', 'not_entailment'],
  ])('knows what the labels of %s mean', (name, ...expected) => {
    const { labels } = named(name);
    expect(load(name).train.map(({ label }) => labels[label])).toEqual(expected);
  });

  test('gives the same examples each time', () => {
    expect(load('mnli')).toEqual(load('mnli'));
  });
});

describe('a GLUE folder that is not whole', () => {
  const folder = mkdtempSync(join(tmpdir(), 'glue-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  cpSync(fixtures, folder, { recursive: true });
  rmSync(join(folder, 'QQP/train.tsv'));
  rmSync(join(folder, 'MNLI/dev_mismatched.tsv'));
  rmSync(join(folder, 'RTE/test.tsv'));
  rmSync(join(folder, 'WNLI'), { recursive: true });

  test('says which tasks can run and what the others lack; test files are not needed', () => {
    expect(glueTasksIn(folder)).toEqual({
      whole: ['cola', 'sst-2', 'mrpc', 'sts-b', 'qnli', 'rte'],
      partial: [
        { task: 'qqp', missing: ['QQP/train.tsv'] },
        { task: 'mnli', missing: ['MNLI/dev_mismatched.tsv'] },
        { task: 'wnli', missing: ['WNLI/train.tsv', 'WNLI/dev.tsv'] },
      ],
    });
    expect(ofAnyLength(named('rte'), folder).load({ glueDir: folder }).test).toBeUndefined();
  });

  test('that does not exist is an error with the option that names it', () => {
    expect(() => glueTasksIn('nowhere')).toThrow(
      new DataError(
        "nowhere: expected a folder with GLUE's files (CoLA/train.tsv, …), got no folder; check the path (--glue-dir)",
      ),
    );
  });

  test('was not named: the error says how to', () => {
    expect(() => named('cola').load({})).toThrow(
      new ConfigError(
        "cola: expected a folder with GLUE's files, got none; name one with --glue-dir or --set finetune.glueDir=DIR, or run `electra-lab data glue --dir glue` and name that",
      ),
    );
  });

  test('with a file that was cut short is an error, never a smaller task', () => {
    expect(() => named('cola').load({ glueDir: folder })).toThrow(
      new DataError(
        `${join(folder, 'CoLA/train.tsv')}: expected the official 8551 rows, got 3; download it again (electra-lab data glue), or make a task of your own of it`,
      ),
    );
    expect(() => named('qqp').load({ glueDir: fixtures })).toThrow(
      'QQP/train.tsv: expected the official 363846 or 363849 rows, got 3 and 1 malformed lines; download',
    );
  });

  test.each<[string, string, (text: string) => string, string]>([
    [
      'RTE/dev.tsv',
      'an unknown label',
      (text) => text.replace('not_', 'no_'),
      ':2: expected one of entailment, not_entailment, got "no_entailment"',
    ],
    [
      'RTE/train.tsv',
      'a missing column',
      (text) => text.replaceAll('sentence2', 'text2'),
      ':1: expected a column "sentence2", got "index", "sentence1", "text2", "label"',
    ],
    ['MRPC/dev.tsv', 'a cell too few', (text) => text.replace('\t23', ''), ':3: expected 5 columns, got 4'],
    [
      'STS-B/dev.tsv',
      'a score outside the range',
      (text) => text.replace('5.000', '6'),
      ':2: expected a number in [0, 5], got "6"',
    ],
    [
      'SST-2/dev.tsv',
      'no examples',
      (text) => text.slice(0, text.indexOf('\n')),
      ': expected at least one row, got none; check that the file is complete',
    ],
  ])('with %s that has %s is an error with file and line', (file, _, change, message) => {
    const task = glueTasks.find((candidate) => file.startsWith(`${candidate.folder}/`))!;
    const path = join(folder, file);
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, change(text));
    expect(() => ofAnyLength(task, folder).load({ glueDir: folder })).toThrow(new DataError(path + message));
    writeFileSync(path, text);
  });
});

const isHere = existsSync(official);
describe.skipIf(!isHere)(
  `the official files in ${official}${isHere ? '' : ' (absent: set GLUE_DIR)'}`,
  () => {
    const { whole } = isHere ? glueTasksIn(official) : { whole: [] };

    test.each(whole)('%s reads to the last row, and each label occurs', (name) => {
      const task = named(name);
      const { train, dev } = task.load({ glueDir: official });
      expect(train).toHaveLength(task.train.rows as number);
      for (const [part, examples] of Object.entries(dev))
        expect(examples).toHaveLength(task.dev[part]!.rows as number);
      for (const { first, second } of [...train, ...Object.values(dev).flat()]) {
        expect(first).not.toBe('');
        expect(second).not.toBe('');
      }
      const found = new Set(train.map(({ label }) => label));
      for (const label of task.labels.keys()) expect(found).toContain(label);
    });
  },
);
