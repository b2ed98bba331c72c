import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Holder, holderName, isLocked, lockFolder } from '../../src/base/folder-lock.ts';
import { currentJob } from '../../src/base/slurm-job.ts';

let folder: string;
let children: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lock-'));
});
afterEach(async () => {
  for (const child of children) await endOf(child);
  children = [];
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
});

const lock = () => join(folder, 'lock');
const goneProcess = () => spawnSync('true').pid;
const started = new Date('2020-01-02T03:04:05Z');
function putLock(holder: Partial<Holder>): void {
  mkdirSync(lock(), { recursive: true });
  const whole = { pid: 1, host: hostname(), started, job: undefined, ...holder };
  writeFileSync(join(lock(), holderName(whole)), '');
}

async function endOf(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await new Promise((resolve) => child.on('exit', resolve));
}

/** A process of its own that has `lockFolder` and `folder`. */
function startScript(script: string): ChildProcess {
  const module = JSON.stringify(new URL('../../src/base/folder-lock.ts', import.meta.url).href);
  const head = `import { lockFolder } from ${module}; const folder = ${JSON.stringify(folder)};`;
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '-e', `${head} ${script}`],
    {
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  );
  children.push(child);
  return child;
}

describe('a lock', () => {
  it.runIf(process.platform === 'linux')('of another process that wore the same number is taken over', () => {
    const { ppid: pid } = process; // alive, and not the one that is said to have begun then
    putLock({ pid, processStart: '00000000.1' });
    expect(isLocked(folder)).toBe(false);
    lockFolder(folder)();
  });

  it('belongs to one process at a time and is given back', () => {
    const unlock = lockFolder(folder);
    expect(readdirSync(folder)).toEqual(['lock']);
    expect(readdirSync(lock())).toHaveLength(1);
    unlock();
    expect(readdirSync(folder)).toEqual([]);
    lockFolder(folder)();
  });

  it('held by a living process is respected, by name', async () => {
    const sleeper = spawn('sleep', ['30']);
    children.push(sleeper);
    putLock({ pid: sleeper.pid! });
    expect(isLocked(folder)).toBe(true);
    expect(() => lockFolder(folder)).toThrow(
      `${folder}: expected a results folder that no other process is writing, got one held by process ${sleeper.pid} on ` +
        `${hostname()} since 2020-01-02T03:04:05.000Z; wait for it, or delete ${lock()} if you know it is gone`,
    );
    await endOf(sleeper);
    expect(isLocked(folder)).toBe(false);
    lockFolder(folder)();
  });

  it('of another machine is respected', () => {
    putLock({ host: 'elsewhere' });
    expect(() => lockFolder(folder)).toThrow('got one held by process 1 on elsewhere since');
  });

  it('of a process that is gone is taken over', () => {
    putLock({ pid: goneProcess() });
    lockFolder(folder)();
    expect(existsSync(lock())).toBe(false);
  });

  it.each(['', 'garbage', 'a~b'])('with a holder called %j is a dead one', (name) => {
    mkdirSync(lock());
    if (name !== '') writeFileSync(join(lock(), name), '');
    lockFolder(folder)();
  });

  it('that was taken over meanwhile is not given back by the one before', () => {
    const unlock = lockFolder(folder);
    rmSync(lock(), { recursive: true });
    putLock({ host: 'elsewhere' });
    unlock();
    expect(isLocked(folder)).toBe(true);
  });
});

describe('a lock of a Slurm job on another machine', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('is taken over by the same job when it was restarted, and by nothing else of that job', () => {
    putLock({ host: 'elsewhere', job: '7.0' });
    vi.stubEnv('SLURM_JOB_ID', '7');
    vi.stubEnv('SLURM_RESTART_COUNT', '0');
    expect(() => lockFolder(folder)).toThrow('process 1 on elsewhere (Slurm job 7) since');
    vi.stubEnv('SLURM_RESTART_COUNT', '1');
    lockFolder(folder)();
  });

  it('that is an element of an array is named as one: its number may be the array’s', () => {
    const array = { SLURM_ARRAY_JOB_ID: '7', SLURM_JOB_ID: '7', SLURM_ARRAY_TASK_ID: '3' };
    expect(currentJob(array)).toBe('7_3.0');
    expect(currentJob({ ...array, SLURM_RESTART_COUNT: '2' })).toBe('7_3.2');
    expect(currentJob({ SLURM_JOB_ID: '8' })).toBe('8.0');
    expect(currentJob({})).toBeUndefined();
  });

  /** A command `squeue` that answers with a text. */
  function stubSqueue(script: string): void {
    const path = join(folder, 'bin');
    mkdirSync(path);
    writeFileSync(join(path, 'squeue'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    vi.stubEnv('PATH', `${path}:${process.env.PATH}`);
  }

  it.each([
    ['has forgotten it', 'echo "slurm_load_jobs error: Invalid job id specified" >&2; exit 1', false],
    ['says that it has ended', 'echo CANCELLED', false],
    ['does not list it', 'exit 0', false],
    ['says that it runs', 'echo RUNNING', true],
    ['says that it is ending', 'echo COMPLETING', true],
    ['does not answer', 'echo "Unable to contact slurm controller" >&2; exit 1', true],
  ])('where Slurm %s', (_, script, isHeld) => {
    putLock({ host: 'elsewhere', job: '7.0' });
    stubSqueue(script);
    expect(isLocked(folder)).toBe(isHeld);
  });
});

describe('among processes that all want it', () => {
  it('a lock lets one at a time add to a sum, while others are killed with it in their hands', async () => {
    // Reading and writing are two acts: two at once would lose an addition, or find the file half written.
    const sum = join(folder, 'sum');
    writeFileSync(sum, '0');
    const [writers, additions] = [4, 40];
    const script = (times: string, isKilled: string) => `
      import { readFileSync, writeFileSync } from 'node:fs';
      for (let done = 0; done < ${times};) {
        let unlock;
        try { unlock = lockFolder(folder); } catch { await new Promise((again) => setTimeout(again, 1)); continue; }
        if (${isKilled} && done === 3) process.kill(process.pid, 'SIGKILL');
        const before = readFileSync(${JSON.stringify(sum)}, 'utf8');
        if (!${isKilled}) writeFileSync(${JSON.stringify(sum)}, String(Number(before) + 1));
        done++;
        unlock();
      }`;
    const ends = Array.from({ length: writers }, () => startScript(script(String(additions), 'false')));
    const killed = Array.from({ length: writers }, () => startScript(script('9', 'true')));
    const codes = [...ends, ...killed].map(
      (child) => new Promise((resolve) => child.on('exit', (code, signal) => resolve(signal ?? code))),
    );
    expect(await Promise.all(codes)).toEqual([...ends.map(() => 0), ...killed.map(() => 'SIGKILL')]);
    expect(readFileSync(sum, 'utf8')).toBe(String(writers * additions));
    lockFolder(folder)();
    expect(readdirSync(folder).filter((name) => !name.endsWith('.part'))).toEqual(['sum']);
  });

  it('a dead lock is taken over by exactly one', async () => {
    putLock({ pid: goneProcess() });
    const script = `
      import { writeFileSync } from 'node:fs';
      let outcome = 'lost';
      try { lockFolder(folder); outcome = 'won'; } catch {}
      writeFileSync(\`\${folder}/\${outcome}-\${process.pid}\`, '');
      setTimeout(() => {}, 60_000);`;
    const contenders = Array.from({ length: 6 }, () => startScript(script));
    const namesOf = (outcome: string) => readdirSync(folder).filter((name) => name.startsWith(outcome));
    await vi.waitFor(() => expect([...namesOf('won'), ...namesOf('lost')]).toHaveLength(6), 60_000);
    expect(namesOf('won')).toHaveLength(1);
    expect(contenders.map(({ pid }) => `won-${pid}`)).toContain(namesOf('won')[0]);
  });
});
