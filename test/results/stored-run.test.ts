/** A run is found whichever way its folder is written. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { findRun } from '../../src/results/stored-run.ts';
import { temporaryFolder } from '../end-to-end/program.ts';

const { folder, remove } = temporaryFolder();
const before = process.cwd();
const run = join(folder, 'results', 'runs', 'joint-s0-1');
const checkpoint = join(run, 'checkpoints', 'step-000000030');
mkdirSync(checkpoint, { recursive: true });
writeFileSync(join(run, 'config.yaml'), 'name: a\n');
writeFileSync(join(checkpoint, 'checkpoint.json'), '{}');
afterEach(() => process.chdir(before));
afterAll(remove);

describe('a run', () => {
  it.each([
    ['.', run, '.'],
    [folder, folder, 'results/runs/joint-s0-1'],
    ['its folder', join(run, '..'), 'joint-s0-1'],
    ['its checkpoint', run, 'checkpoints/step-000000030'],
    ['beside its checkpoint', join(run, 'checkpoints'), 'step-000000030'],
    ['in its checkpoint', checkpoint, '.'],
  ])('is found from %s', (_, where, path) => {
    process.chdir(where);
    const found = findRun(path);
    expect(resolve(found.folder)).toBe(resolve('.', run));
    expect(resolve(found.configFile)).toBe(join(run, 'config.yaml'));
    expect(resolve(found.checkpoint!)).toBe(checkpoint);
  });
});
