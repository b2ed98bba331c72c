/**
 * Files that a fault, an editor or somebody else has changed: what is read of them is either refused in a sentence of
 * ours or used; nothing ends in an error that only a programmer understands.
 */
import { mkdirSync, mkdtempSync, readFileSync as readBytes, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { assertHasRuns, readReportData } from '../../src/analysis/report-contents.ts';
import { writeVerdicts } from '../../src/analysis/verdicts.ts';
import { ConfigError, DataError } from '../../src/base/errors.ts';
import { RandomStream } from '../../src/base/random.ts';
import { known, presetsFolder } from '../../src/commands/command.ts';
import { resolveConfig } from '../../src/config/resolve.ts';
import { model } from '../../src/config/sections.ts';
import { Vocabulary } from '../../src/data/vocabulary/vocabulary.ts';
import { hubConfig } from '../../src/exchange/hub-config.ts';
import { readHubModel } from '../../src/exchange/hub-import.ts';
import { readSafetensors, writeSafetensors } from '../../src/model/safetensors.ts';
import { runFolder, writeRecord } from '../../src/results/run-folder.ts';
import { readCurves } from '../../src/results/stored-curves.ts';
import { writeTables } from '../../src/results/tables.ts';
import { readManifest } from '../../src/training/checkpoint-manifest.ts';
import { damaged } from '../helpers/damage.ts';
import { leaveCheckpoint } from '../helpers/toy-checkpoint.ts';
import { toyRecord } from '../helpers/toy-results.ts';

const folder = mkdtempSync(join(tmpdir(), 'damaged-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Of each kind. */
const tries = 100;
/** @returns errors of other kinds than those that are for people, each with the bytes that led to it */
function faultsOf(kind: string, path: string, whole: Uint8Array, read: () => unknown): string[] {
  const faults: string[] = [];
  for (let i = 0; i < tries; i++) {
    const bytes = damaged(whole, new RandomStream('damage', kind, i));
    writeFileSync(path, bytes);
    try {
      read();
    } catch (error) {
      if (error instanceof ConfigError || error instanceof DataError) continue;
      faults.push(`${i}: ${(error as Error).stack?.split('\n').slice(0, 4).join(' | ')}`);
    }
  }
  writeFileSync(path, whole);
  return faults;
}

const results = join(folder, 'results');
const record = {
  ...toyRecord('joint', 0, { rte: [0.5, 0.6], cola: [0.1] }, { metrics: { mlm_accuracy: 0.2 } }),
  ...{
    probe: [],
    pairs: [],
    provenance: { node: 'v20', packages: {}, machine: { system: 's', cpu: 'c', cores: 1, memoryBytes: 1 } },
  },
};
const run = runFolder(results, record.runId);
mkdirSync(run, { recursive: true });
const curves = `run_id,step,tokens,train_flops,official_flops,elapsed_seconds,metric,value\r\n${record.runId},10,20,30,40,5,train_loss,1.5\r\n`;
writeFileSync(join(run, 'curves.csv'), curves);
writeRecord(run, record);

const whole: Record<string, { path: string; text: string | Uint8Array; read(path: string): unknown }> = {
  'run.json': {
    ...{ path: join(run, 'run.json'), text: JSON.stringify(record, null, 2) },
    read() {
      assertHasRuns(results);
      writeTables(results);
      readReportData(results, writeVerdicts(results));
    },
  },
  'curves.csv': { path: join(run, 'curves.csv'), text: curves, read: readCurves },
  'a configuration': {
    ...{
      path: join(folder, 'a.yaml'),
      text: 'name: a\nextends: smoke\nseed: 3\nmodel: { layers: 2, hidden: 32 }\ntraining:\n  steps: 10\n',
    },
    read: (path) => resolveConfig(path, { known, presetsFolder }),
  },
  'vocab.txt': {
    path: join(folder, 'vocab.txt'),
    text: '[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\nb\n##c\n',
    read: Vocabulary.load,
  },
};

describe.each(Object.keys(whole))('%s', (kind) => {
  it(`damaged in ${tries} ways is refused in a sentence, or used`, () => {
    const { path, text, read } = whole[kind]!;
    expect(faultsOf(kind, path, Buffer.from(text), () => read(path))).toEqual([]);
  });
});

describe('weights', () => {
  const path = join(folder, 'model.safetensors');
  writeSafetensors(path, [
    { name: 'a', shape: [2, 3], values: Float32Array.of(1, 2, 3, 4, 5, 6) },
    { name: 'b', shape: [4], values: new Float32Array(4) },
  ]);

  it(`damaged in ${tries} ways are refused in a sentence, or used`, () => {
    expect(faultsOf('safetensors', path, readBytes(path), () => readSafetensors(path))).toEqual([]);
  });

  it(`with config.json damaged in ${tries} ways are refused in a sentence, or used`, () => {
    const sizes = {
      ...model.parse({}),
      vocabulary: 4,
      layers: 1,
      hidden: 4,
      heads: 1,
      feedForward: 4,
      embedding: 4,
      maxPositions: 4,
    };
    writeSafetensors(path, [{ name: 'a', shape: [4000], values: new Float32Array(4000) }]);
    const text = JSON.stringify(hubConfig('ElectraForPreTraining', sizes, 0), null, 2);
    const config = join(folder, 'config.json');
    expect(faultsOf('config', config, Buffer.from(text), () => readHubModel(folder))).toEqual([]);
  });

  it(`with a checkpoint's description damaged in ${tries} ways are refused, unless it says the same`, () => {
    leaveCheckpoint(run, 'step-000000030');
    const manifest = join(run, 'checkpoints', 'step-000000030', 'checkpoint.json');
    const read = () => readManifest(join(manifest, '..'));
    const before = read();
    const same = () => expect(read()).toEqual(before);
    expect(faultsOf('manifest', manifest, readBytes(manifest), same)).toEqual([]);
  });
});
