/** What tables say of runs beyond their records: the keys in which they differ, their arms, and what counts. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { armOf } from '../../src/config/run-id.ts';
import { describeTables } from '../../src/results/data-package.ts';
import { markMainMetrics } from '../../src/results/main-metrics.ts';
import { type RunRecord, runFolder, writeRecord } from '../../src/results/run-folder.ts';
import { writeTables } from '../../src/results/tables.ts';
import { readCsv } from '../end-to-end/program.ts';
import { toyRecord, toyRow } from '../helpers/toy-results.ts';

let results: string;
beforeEach(() => {
  results = mkdtempSync(join(tmpdir(), 'columns-'));
});
afterEach(() => rmSync(results, { recursive: true }));

function putRun(id: string, config: string, more: Partial<RunRecord> = {}): void {
  const folder = runFolder(results, id);
  mkdirSync(folder, { recursive: true });
  writeRecord(folder, { ...toyRecord('joint', 0), runId: id, ...more });
  writeFileSync(join(folder, 'config.yaml'), config);
}

interface Field {
  name: string;
  type: string;
  description?: string;
  unit?: string;
}
function fieldsOf(table: string): Field[] {
  const { resources } = JSON.parse(readFileSync(join(results, 'datapackage.json'), 'utf8'));
  return resources.find(({ name }: { name: string }) => name === table).schema.fields;
}

describe('runs.csv', () => {
  it('has a column for each key in which runs differ, and none for others', () => {
    putRun('a', 'seed: 0\nobjective: { discriminatorWeight: 5, temperature: 1 }\n');
    putRun('b', 'seed: 1\nobjective: { discriminatorWeight: 50, temperature: 1 }\n');
    writeTables(results);
    const rows = readCsv(join(results, 'runs.csv'));
    expect(rows.map((row) => row['objective.discriminatorWeight'])).toEqual(['5', '50']);
    expect(Object.keys(rows[0]!).filter((name) => name.includes('.'))).toEqual([
      'objective.discriminatorWeight',
    ]);
  });

  it('takes a key that a run does not give for its default', () => {
    putRun('a', 'training: { batchSize: 128 }\n'); // the default
    putRun('b', 'optimiser: { learningRate: 0.002 }\n');
    writeTables(results);
    const [a, b] = readCsv(join(results, 'runs.csv'));
    expect(a).not.toHaveProperty('training.batchSize');
    expect([a!['optimiser.learningRate'], b!['optimiser.learningRate']]).toEqual(['0.0005', '0.002']);
  });

  it('has lists as JSON, and of a path its end', () => {
    putRun('a', 'data: { corpora: [brown, sotu] }\ngenerator: { checkpoint: /somewhere/runs/joint-s0 }\n');
    putRun('b', 'data: { corpora: [brown] }\n');
    writeTables(results);
    const [a] = readCsv(join(results, 'runs.csv'));
    expect(a).toMatchObject({ 'data.corpora': '["brown","sotu"]', 'generator.checkpoint': 'joint-s0' });
  });

  it('has keys of older versions, under their names', () => {
    putRun('a', 'model: { rotations: 3 }\n');
    putRun('b', 'seed: 1\n');
    writeTables(results);
    expect(readCsv(join(results, 'runs.csv')).map((row) => row['model.rotations'])).toEqual(['3', '']);
    expect(fieldsOf('runs').find(({ name }) => name === 'model.rotations')!.type).toBe('string');
  });

  it('calls an arm by its name alone', () => {
    expect(armOf({ name: 'joint, seed 3', seed: 3 })).toBe('joint');
    expect(armOf({ name: 'wide, size 0.5, seed 3', seed: 3 })).toBe('wide, size 0.5');
    expect(armOf({ name: 'joint, seed 30', seed: 3 })).toBe('joint, seed 30');
    putRun('a', 'seed: 3\n', { name: 'joint, seed 3', seed: 3, finetune: [0, 30].map(rowAt) });
    writeTables(results);
    const arms = ['runs.csv', 'finetune.csv'].map((table) =>
      readCsv(join(results, table)).map(({ arm }) => arm),
    );
    expect(arms).toEqual([['joint'], ['joint', 'joint']]);
  });
});

function rowAt(checkpointStep: number) {
  const name = checkpointStep === 0 ? 'joint, seed 3, untrained' : 'joint, seed 3';
  return { ...toyRow('a', 'rte', 0, 0.5, { checkpointStep }), name, seed: 3 };
}

describe('a task', () => {
  it('counts by its first metric on its first part', () => {
    const rows = [
      { task: 'mnli', part: 'matched', metric: 'accuracy' },
      { task: 'mnli', part: 'matched', metric: 'f1' },
      { task: 'mnli', part: 'mismatched', metric: 'accuracy' },
      { task: 'rte', part: 'dev', metric: 'f1' },
      { task: 'mnli', part: 'matched', metric: 'accuracy' },
    ];
    const marks = markMainMetrics(rows).map(({ isMainMetric }) => isMainMetric);
    expect(marks).toEqual([true, false, false, true, true]);
  });

  it('counts by the probe of all layers, not by that of one', () => {
    const rows = ['all', '0', '1'].map((layers) => ({
      task: 'cola',
      part: 'dev',
      metric: 'matthews',
      layers,
    }));
    expect(markMainMetrics(rows).map(({ isMainMetric }) => isMainMetric)).toEqual([true, false, false]);
  });
});

describe('datapackage.json', () => {
  it('says of each column its type, unit and meaning, of a key those of the configuration', () => {
    putRun('a', 'optimiser: { learningRate: 0.001 }\n');
    putRun('b', 'optimiser: { learningRate: 0.002 }\n');
    writeTables(results);
    const fields = new Map(fieldsOf('runs').map((field) => [field.name, field]));
    expect(fields.get('mlm_loss')).toEqual({
      name: 'mlm_loss',
      type: 'number',
      description: 'cross-entropy of masked held-out tokens',
      unit: 'nats',
    });
    expect(fields.get('optimiser.learningRate')).toMatchObject({
      type: 'number',
      description: expect.any(String),
    });
    expect(fields.get('git_is_dirty')!.type).toBe('boolean');
  });

  it('describes the files that are there, one of an older version by its own columns', () => {
    mkdirSync(join(results, 'experiments'));
    writeFileSync(join(results, 'experiments', 'old.tuning.csv'), 'experiment,key,score\r\n');
    describeTables(results);
    expect(fieldsOf('old.tuning').map(({ name, type }) => [name, type])).toEqual([
      ['experiment', 'string'],
      ['key', 'any'],
      ['score', 'number'],
    ]);
  });
});
