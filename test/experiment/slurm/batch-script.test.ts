/** The script as bash runs it, with stand-ins for the program and for Slurm. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type BatchScript, batchScript } from '../../../src/experiment/slurm/batch-script.ts';

let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'batch-')), "it's here");
  mkdirSync(folder);
  writeFileSync(join(folder, 'cells.txt'), 'joint-s0-1\tjoint\nbert-s0-2\tbert, seed 0\n');
  writeFileSync(join(folder, 'scontrol'), '#!/bin/sh\necho "$@" > "$REQUEUED"\n', { mode: 0o755 });
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

const requeued = () => join(folder, 'requeued');

/** @param program what stands for electra-lab, in JavaScript */
function writeScript(program: string, more: Partial<BatchScript> = {}): string {
  writeFileSync(join(folder, 'program.js'), program);
  const path = join(folder, 'batch.sh');
  const places = { name: 'few', folder, results: join(folder, 'results') };
  const rest = {
    program: join(folder, 'program.js'),
    options: ['--out', 'a b'],
    commands: ['sbatch x'],
    cpus: 1,
  };
  writeFileSync(path, batchScript({ ...places, ...rest, ...more }));
  return path;
}

const environment = (more: Record<string, string> = {}) => ({
  ...process.env,
  PATH: `${folder}:${process.env.PATH}`,
  REQUEUED: requeued(),
  SLURM_ARRAY_TASK_ID: '2',
  SLURM_ARRAY_JOB_ID: '15',
  SLURM_JOB_ID: '17',
  ...more,
});

describe('a batch script', () => {
  it('asks Slurm for what was asked of it, and for a warning', () => {
    const asked = { cpus: 3, partition: 'long', time: '1-0', mem: '4G', gres: 'gpu:1' };
    const lines = readFileSync(writeScript('', asked), 'utf8').split('\n');
    const options = lines.filter((line) => line.startsWith('#SBATCH')).map((line) => line.slice(8));
    expect(options).toEqual([
      '--job-name=electra-lab',
      `--output="${folder}/task-%a.log"`,
      '--open-mode=append',
      '--requeue',
      '--signal=B:USR1@120',
      '--ntasks=1',
      '--cpus-per-task=3',
      '--partition=long',
      '--time=1-0',
      '--mem=4G',
      '--gres=gpu:1',
    ]);
  });

  it('runs the cell of its line after the setup, with words as they are, and ends as it ends', () => {
    const program = `console.log(process.env.LOADED, JSON.stringify(process.argv.slice(2))); process.exit(3);`;
    const path = writeScript(program, { setup: 'export LOADED=module' });
    const { status, stdout, stderr } = spawnSync('bash', [path], { env: environment(), encoding: 'utf8' });
    const config = join(folder, 'results', 'runs', 'bert-s0-2', 'config.yaml');
    expect(stderr).toBe('');
    expect(stdout).toBe(`module ${JSON.stringify(['run', config, '--out', 'a b'])}\n`);
    expect(status).toBe(3);
    expect(existsSync(requeued())).toBe(false);
  });

  const patient = `
    process.on('SIGTERM', () => setTimeout(() => process.exit(130), 100));
    setTimeout(() => {}, 60_000);
    require('node:fs').writeFileSync(__dirname + '/ready', '');`;

  /** Signals the script, and nothing else, once its program runs. */
  async function signalled(signal: NodeJS.Signals, more: Record<string, string> = {}) {
    const child = spawn('bash', [writeScript(patient)], { env: environment(more), stdio: 'ignore' });
    await vi.waitFor(() => expect(existsSync(join(folder, 'ready'))).toBe(true), { timeout: 60_000 });
    child.kill(signal);
    return new Promise((resolve) => child.on('exit', resolve));
  }

  it('warned of the time limit lets the program save and puts its job back into the queue', async () => {
    expect(await signalled('SIGUSR1')).toBe(130);
    expect(readFileSync(requeued(), 'utf8')).toBe('requeue 15_2\n');
  });

  it('that went round a hundred times does not go round again', async () => {
    expect(await signalled('SIGUSR1', { SLURM_RESTART_COUNT: '100' })).toBe(130);
    expect(existsSync(requeued())).toBe(false);
  });

  it('whose job is taken away lets the program save, and leaves it to Slurm whether it comes back', async () => {
    expect(await signalled('SIGTERM')).toBe(130);
    expect(existsSync(requeued())).toBe(false);
  });
});
