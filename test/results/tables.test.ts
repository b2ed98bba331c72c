/** Tables are what the run folders hold, whoever writes them and whatever a kill has left. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '../../src/base/atomic-files.ts';
import { lockFolder } from '../../src/base/folder-lock.ts';
import { type RunRecord, runFolder, writeRecord } from '../../src/results/run-folder.ts';
import { assembleTables } from '../../src/results/tables.ts';
import { readCsv } from '../end-to-end/program.ts';
import { toyRecord } from '../helpers/toy-results.ts';

let results: string;
beforeEach(() => {
  results = mkdtempSync(join(tmpdir(), 'tables-'));
});
afterEach(() => rmSync(results, { recursive: true }));

const header = 'run_id,step,tokens,train_flops,official_flops,elapsed_seconds,metric,value';
const row = (id: string, step: number) => `${id},${step},1,1,1,1,loss,2`;

function putRun(id: string, curves: string | undefined, more: Partial<RunRecord> = {}): void {
  const folder = runFolder(results, id);
  mkdirSync(folder, { recursive: true });
  writeRecord(folder, { ...toyRecord('joint', 0), runId: id, ...more });
  if (curves !== undefined) writeFileSync(join(folder, 'curves.csv'), curves);
}
const idsIn = (table: string) => readCsv(join(results, table)).map((each) => each.run_id);

describe('the tables of a results folder', () => {
  it('have every run with a record, and nothing of a write that was killed', () => {
    putRun('a', `${header}\r\n${row('a', 1)}\r\n`);
    putRun('.b.1234.part', `${header}\r\n${row('b', 1)}\r\n`);
    expect(assembleTables(results).map(({ runId }) => runId)).toEqual(['a']);
    expect([idsIn('runs.csv'), idsIn('curves.csv')]).toEqual([['a'], ['a']]);
  });

  it('have the header and whole rows alone, of runs that are only beginning', () => {
    putRun('a', '');
    assembleTables(results);
    expect(readFileSync(join(results, 'curves.csv'), 'utf8')).toBe(`${header}\r\n`);
    putRun('b', `${header}\r\n${row('b', 1)}\r\nb,2,1`);
    putRun('c', undefined);
    assembleTables(results);
    expect(readFileSync(join(results, 'curves.csv'), 'utf8')).toBe(`${header}\r\n${row('b', 1)}\r\n`);
  });

  it('refuse curves that are not those that the training left', () => {
    const curves = `${header}\r\n${row('a', 1)}\r\n`;
    const path = join(runFolder(results, 'a'), 'curves.csv');
    putRun('a', curves, { files: { curves: sha256(curves), checkpoints: {} } });
    assembleTables(results);
    writeFileSync(path, curves.replace('loss,2', 'loss,3'));
    const rule = `content with SHA-256 ${sha256(curves).slice(0, 12)}…, as in run.json`;
    expect(() => assembleTables(results)).toThrow(`${path}: expected ${rule}, got "`);
  });

  it('refuse a copy of a run, and an id that leads elsewhere', () => {
    putRun('a', undefined);
    putRun('a copy', undefined, { runId: 'a' });
    const remedy = 'give the folder the name of its run, or move it out of runs';
    expect(() => assembleTables(results)).toThrow(`: expected the record of a copy, got "a"; ${remedy}`);
    putRun('a copy', undefined, { runId: '../../elsewhere' });
    expect(() => assembleTables(results)).toThrow(`: expected the record of a copy, got "../../elsewhere"; `);
  });

  it('wait for another process that is writing them', async () => {
    putRun('a', undefined);
    const unlock = lockFolder(results, '.tables-lock');
    const module = new URL('../../src/results/tables.ts', import.meta.url).href;
    const script = `const { assembleTables } = await import(${JSON.stringify(module)}); assembleTables(${JSON.stringify(results)})`;
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const ended = new Promise((resolve) => child.on('exit', resolve));
    await new Promise((resolve) => setTimeout(resolve, 3000));
    expect(child.exitCode).toBe(null);
    putRun('b', undefined);
    unlock();
    expect(await ended).toBe(0);
    expect(idsIn('runs.csv')).toEqual(['a', 'b']);
  });
});
