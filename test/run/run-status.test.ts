import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { holderName } from '../../src/base/folder-lock.ts';
import { runIdOf } from '../../src/config/run-id.ts';
import { runConfigSchema } from '../../src/config/schema.ts';
import { silentProgress } from '../../src/progress/progress-display.ts';
import { recordedProgress } from '../../src/progress/progress-file.ts';
import { regimeNames } from '../../src/regimes/registry.ts';
import { type RunStatus, runFolder, writeRecord } from '../../src/results/run-folder.ts';
import { statusOf } from '../../src/run/run-status.ts';
import { tinyRunYaml } from '../end-to-end/program.ts';
import { leaveCheckpoint } from '../helpers/toy-checkpoint.ts';
import { toyRecord } from '../helpers/toy-results.ts';

const known = { regimes: regimeNames, corpora: ['sotu'], tasks: [] };
const config = runConfigSchema(known).parse(JSON.parse(tinyRunYaml('corpus')));
let results: string;
let folder: string;
beforeEach(() => {
  results = mkdtempSync(join(tmpdir(), 'status-'));
  folder = runFolder(results, runIdOf(config));
});
afterEach(() => rmSync(results, { recursive: true }));

const minutes = 60_000;
const statusAfter = (later = 0) => statusOf(config, results, new Date(Date.now() + later));
function putRecord(status: RunStatus, reason?: string): void {
  const record = { ...toyRecord('joint', 0, {}), runId: runIdOf(config), status };
  writeRecord(folder, reason === undefined ? record : { ...record, reason });
}
function putLock(host: string, pid: number, started = new Date()): void {
  mkdirSync(join(folder, 'lock'), { recursive: true });
  writeFileSync(join(folder, 'lock', holderName({ host, pid, started, job: undefined })), '');
}
const putCheckpoint = () => leaveCheckpoint(folder, 'step-000000030', { runId: runIdOf(config), step: 30 });

describe('the status of a cell', () => {
  it('is missing where nothing was begun', () => {
    expect(statusAfter()).toMatchObject({ name: 'tiny', runId: runIdOf(config), status: 'missing' });
  });

  it.each(['finished', 'failed-to-learn'] as const)(
    'is %s as the record says, with its weights',
    (status) => {
      putRecord(status);
      expect(statusAfter().status).toBe('partial');
      putCheckpoint();
      expect(statusAfter().status).toBe(status);
    },
  );

  it.each([
    ['training', 'interrupted'],
    ['fine-tuning', 'interrupted'],
    ['interrupted', 'interrupted'],
    ['failed', 'failed'],
  ] as const)('of a record that says %s, and nobody there, is %s', (status, shown) => {
    putRecord(status, 'for a reason');
    expect(statusAfter()).toMatchObject({ status: shown, detail: 'for a reason' });
  });

  it('is running while a process of this machine holds it, and says at what', () => {
    putRecord('training');
    recordedProgress(folder, silentProgress()).begin('tiny', 30, 'steps');
    putLock(hostname(), process.ppid);
    expect(statusAfter(60 * minutes)).toMatchObject({ status: 'running', detail: 'tiny: 0/30 steps' });
  });

  it('is running while a process of another machine gives signs of life', () => {
    putRecord('training');
    putLock('elsewhere', 1, new Date(Date.now() - 60 * minutes));
    expect(statusAfter().status).toBe('interrupted');
    recordedProgress(folder, silentProgress()).begin('tiny', 30, 'steps');
    expect(statusAfter(4 * minutes)).toMatchObject({
      status: 'running',
      detail: 'tiny: 0/30 steps, on elsewhere',
    });
    expect(statusAfter(6 * minutes).status).toBe('interrupted');
  });
});
