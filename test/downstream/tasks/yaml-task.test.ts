import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { readYamlTask } from '../../../src/downstream/tasks/yaml-task.ts';

const folder = mkdtempSync(join(tmpdir(), 'own-task-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'task.yaml');
const lines = [
  'name: headlines',
  'train: train.tsv',
  'dev: dev.tsv',
  'columns:',
  '  first: title',
  '  label: kind',
  'labels: [news, sport]',
];

function write(yaml: readonly string[], tables: Record<string, string> = {}) {
  const usual = {
    'train.tsv': 'kind\ttitle\nnews\tA vote\nsport\tA match\n',
    'dev.tsv': 'kind\ttitle\nnews\tB\n',
  };
  for (const [name, text] of Object.entries({ ...usual, ...tables })) writeFileSync(join(folder, name), text);
  writeFileSync(file, `${yaml.join('\n')}\n`);
}
const changed = (from: string, ...to: string[]) => lines.flatMap((line) => (line === from ? to : [line]));
beforeEach(() => write(lines));

describe("a task of one's own", () => {
  it('is two tables and a few lines', () => {
    const { load, version, ...task } = readYamlTask(file);
    expect(task).toEqual({
      name: 'headlines',
      suite: 'own',
      title: 'headlines',
      source: file,
      labels: ['news', 'sport'],
      metrics: ['accuracy'],
      maxLength: 128,
      isUnordered: false,
    });
    expect(version).toMatch(/^[0-9a-f]{10}$/);
    expect(load({})).toEqual({
      train: [
        { first: 'A vote', label: 0 },
        { first: 'A match', label: 1 },
      ],
      dev: { dev: [{ first: 'B', label: 0 }] },
    });
  });

  it('can be pairs with numbers, ids, a test file, and tables without a header', () => {
    write(
      [
        'name: alike',
        'train: train.tsv',
        'dev: dev.tsv',
        'test: test.tsv',
        'header: [id, a, b, score]',
        'columns: { first: a, second: b, label: score, id: id }',
        'range: [1, 5]',
        'unordered: true',
        'metrics: [pearson, spearman]',
        'maxLength: 32',
        'epochs: 10',
      ],
      { 'train.tsv': '7\tx\ty\t4.5\n', 'dev.tsv': '8\tv\tw\t1\n', 'test.tsv': '9\ts\tt\t\n' },
    );
    const task = readYamlTask(file);
    expect(task).toMatchObject({ labels: [], range: [1, 5], metrics: ['pearson', 'spearman'] });
    expect(task).toMatchObject({ maxLength: 32, epochs: 10, isUnordered: true });
    expect(task.load({})).toEqual({
      train: [{ id: '7', first: 'x', second: 'y', label: 4.5 }],
      dev: { dev: [{ id: '8', first: 'v', second: 'w', label: 1 }] },
      test: { test: [{ id: '9', first: 's', second: 't', label: -1 }] },
    });
  });

  it('has another version when its texts or its description change', () => {
    const before = readYamlTask(file).version;
    expect(readYamlTask(file).version).toBe(before);
    write(lines, { 'dev.tsv': 'kind\ttitle\nsport\tB\n' });
    const texts = readYamlTask(file).version;
    write([...lines, 'epochs: 2']);
    expect(new Set([before, texts, readYamlTask(file).version]).size).toBe(3);
  });

  it.each<[string, string[], string]>([
    [
      'an unknown key',
      [...lines, 'epoch: 2'],
      ':8: epoch: expected a known key, got "epoch"; did you mean "epochs"?',
    ],
    [
      'no labels',
      changed('labels: [news, sport]'),
      ':1: labels: expected either labels (for classes) or range (for numbers), got nothing',
    ],
    [
      'a metric of numbers for classes',
      [...lines, 'metrics: [pearson]'],
      ':8: metrics: expected metrics of classes, got "pearson"',
    ],
    [
      'a metric that there is none of',
      [...lines, 'metrics: [bleu]'],
      ':8: metrics[0]: expected one of accuracy, f1, matthews, spearman, pearson, got "bleu"',
    ],
    [
      'a range upside down',
      changed('labels: [news, sport]', 'range: [5, 0]'),
      ':7: range: expected the lower number first, got [5,0]',
    ],
    [
      'f1 of three classes',
      [...changed('labels: [news, sport]', 'labels: [a, b, c]'), 'metrics: [f1]'],
      ':8: metrics: expected two labels for f1, got ["a","b","c"]',
    ],
    [
      'a single text without an order',
      [...lines, 'unordered: true'],
      ':8: unordered: expected a second column, got none',
    ],
  ])('with %s is refused with file and line', (_, yaml, message) => {
    write(yaml);
    expect(() => readYamlTask(file)).toThrow(`${file}${message}`);
  });

  it.each<[string, Record<string, string>, RegExp]>([
    [
      'a label outside its set',
      { 'dev.tsv': 'kind\ttitle\nmusic\tB\n' },
      /dev\.tsv:2: expected one of news, sport, got "music"$/,
    ],
    [
      'a missing column',
      { 'train.tsv': 'sort\ttitle\nnews\tB\n' },
      /train\.tsv:1: expected a column "kind", got "sort", "title"$/,
    ],
    [
      'a row that is too short',
      { 'train.tsv': 'kind\ttitle\nnews\n' },
      /train\.tsv:2: expected 2 columns, got 1$/,
    ],
    ['an empty dev file', { 'dev.tsv': 'kind\ttitle\n' }, /dev\.tsv: expected at least one row, got none/],
  ])('with %s in a table is refused with file and line', (_, tables, message) => {
    write(lines, tables);
    expect(() => readYamlTask(file).load({})).toThrow(message);
  });

  it('whose table is not there is refused before it is loaded', () => {
    rmSync(join(folder, 'dev.tsv'));
    expect(() => readYamlTask(file)).toThrow(/dev\.tsv: expected a readable text file, got no file/);
  });
});
