import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type CheckpointContent,
  listCheckpoints,
  loadCheckpoint,
  loadWeights,
  saveCheckpoint,
} from '../../src/training/checkpoint.ts';
import { jitter, tinyModel } from '../helpers/tiny-model.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'checkpoint-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function contentAt(step: number, runId = 'joint-s0-abc'): CheckpointContent {
  const { plans, store } = tinyModel('joint');
  jitter(store, step);
  const { moments } = store;
  moments.first.forEach((_, i, all) => {
    all[i] = Math.sin(i + step);
  });
  moments.second.forEach((_, i, all) => {
    all[i] = Math.cos(i + step) ** 2;
  });
  const window = { first: step - 1, count: 2, sums: { train_loss: 0.1 + 0.2, tiny: 1e-300 } };
  const spent = { step, tokens: 12345, flops: 2 ** 60, officialFlops: 3, elapsedSeconds: 1 / 3 };
  const state = { ...spent, stage: { ...spent, step: 0, index: 0 }, window };
  return { runId, state, curvesBytes: 77, plans, store } as CheckpointContent;
}

const damaged = (path: string) => `; it is damaged; delete ${path} to go on from the checkpoint before it`;

describe('a checkpoint', () => {
  it('gives back weights, moments and state bit for bit', () => {
    const saved = contentAt(7);
    const path = saveCheckpoint(folder, saved);
    const loaded = contentAt(1);
    const { state, curvesBytes } = loadCheckpoint(path, loaded);
    expect({ state, curvesBytes }).toEqual({ state: saved.state, curvesBytes: 77 });
    expect(loaded.store.values).toEqual(saved.store.values);
    expect(loaded.store.moments.first).toEqual(saved.store.moments.first);
    expect(loaded.store.moments.second).toEqual(saved.store.moments.second);
  });

  it('has one file a network, each whole: shared tables are in both', () => {
    const path = saveCheckpoint(folder, contentAt(7));
    expect(readdirSync(path).sort()).toEqual([
      ...['checkpoint.json', 'discriminator.safetensors', 'generator.safetensors', 'optimiser.safetensors'],
    ]);
    const [generator, discriminator] = ['generator', 'discriminator'].map((name) => {
      const bytes = readFileSync(join(path, `${name}.safetensors`));
      const length = Number(bytes.readBigUInt64LE(0));
      const header = JSON.parse(bytes.subarray(8, 8 + length).toString());
      const [start, end] = header['embeddings.token'].data_offsets;
      expect(header['embeddings.token'].shape).toEqual([40, 6]);
      return { names: Object.keys(header), table: bytes.subarray(8 + length + start, 8 + length + end) };
    });
    expect(generator!.table.equals(discriminator!.table)).toBe(true);
    expect(generator!.names).toContain('mlm.outputBias');
    expect(discriminator!.names).toContain('rtd.output.bias');
  });

  it('is kept with the one before it; older ones go, also across a power of ten', () => {
    for (const step of [8, 9, 10, 11]) saveCheckpoint(folder, contentAt(step));
    expect(readdirSync(folder)).toEqual(['step-000000010', 'step-000000011']);
  });

  it('that is half-written does not count and does not stay', () => {
    mkdirSync(join(folder, 'step-000000003.part'));
    expect(listCheckpoints(folder)).toEqual([]);
    saveCheckpoint(folder, contentAt(3));
    expect(readdirSync(folder)).toEqual(['step-000000003']);
  });

  it('that was half-written by a killed process goes with the next one', () => {
    mkdirSync(join(folder, 'step-000000003.part'));
    saveCheckpoint(folder, contentAt(5));
    expect(readdirSync(folder)).toEqual(['step-000000005']);
  });

  it('of another run is refused', () => {
    const path = saveCheckpoint(folder, contentAt(7, 'joint-s0-other'));
    expect(() => loadCheckpoint(path, contentAt(1))).toThrow(
      `${path}: expected a checkpoint of run joint-s0-abc, got "joint-s0-other"; resume with the configuration that began this run, or choose another --out`,
    );
  });

  it('of another size is refused', () => {
    const path = saveCheckpoint(folder, contentAt(7));
    const { plans, store } = tinyModel('joint', { feedForward: 48 });
    expect(() => loadWeights(path, plans, store)).toThrow(
      /: expected 768 numbers, got "384 numbers"; it is of another configuration$/,
    );
  });

  const files = ['discriminator.safetensors', 'generator.safetensors', 'optimiser.safetensors'];
  it.each(files)('with one bit of %s flipped is refused, whatever bit, with the remedy', (name) => {
    const path = saveCheckpoint(folder, contentAt(7));
    const file = join(path, name);
    const bytes = readFileSync(file);
    for (const at of [0, 9, bytes.length >> 1, bytes.length - 1]) {
      const copy = Buffer.from(bytes);
      copy[at]! ^= 4;
      writeFileSync(file, copy);
      expect(() => loadCheckpoint(path, contentAt(1))).toThrow(`${file}: expected content with SHA-256 `);
      expect(() => loadWeights(path, contentAt(1).plans, contentAt(1).store)).toThrow(damaged(path));
    }
  });

  it.each(files)('whose %s is cut short or missing is refused with the remedy', (name) => {
    const path = saveCheckpoint(folder, contentAt(7));
    const file = join(path, name);
    writeFileSync(file, readFileSync(file).subarray(0, -1));
    expect(() => loadCheckpoint(path, contentAt(1))).toThrow(damaged(path));
    rmSync(file);
    expect(() => loadCheckpoint(path, contentAt(1))).toThrow(
      `${file}: expected a file of this checkpoint, got none${damaged(path)}`,
    );
  });

  it.each([
    ['missing', undefined],
    ['empty', ''],
    ['cut short', '{"formatVersion": 1, "runId": "joi'],
    ['null', 'null'],
    ['another document', '{"hello": 1}'],
  ])('whose description is %s is refused with the remedy', (_, text) => {
    const path = saveCheckpoint(folder, contentAt(7));
    const file = join(path, 'checkpoint.json');
    if (text === undefined) rmSync(file);
    else writeFileSync(file, text);
    expect(() => loadCheckpoint(path, contentAt(1))).toThrow(
      `${file}: expected the description of a checkpoint, got `,
    );
    expect(() => loadCheckpoint(path, contentAt(1))).toThrow(damaged(path));
  });

  it.each(['step', 'curvesBytes'])('whose %s was changed is refused with the remedy', (key) => {
    const path = saveCheckpoint(folder, contentAt(7));
    const file = join(path, 'checkpoint.json');
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), [key]: 8 }));
    expect(() => loadCheckpoint(path, contentAt(1))).toThrow(damaged(path));
  });

  it('that cannot be written leaves the earlier one as it was', () => {
    const path = saveCheckpoint(folder, contentAt(7));
    const next = join(folder, 'step-000000008');
    writeFileSync(`${next}.part`, 'x'); // replaced without a word
    saveCheckpoint(folder, contentAt(8));
    expect(listCheckpoints(folder)).toEqual([path, next]);
    expect(() => saveCheckpoint(join(path, 'checkpoint.json'), contentAt(9))).toThrow(
      /: expected a writable file, got "E(NOTDIR|EXIST)"; a part of this path is a file; choose another folder \(--out\)$/,
    );
    loadCheckpoint(path, contentAt(1));
    expect(existsSync(next)).toBe(true);
  });
});
