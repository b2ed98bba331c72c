/** What a sweep asks of the system, seen by strace: no connection, and no file written outside its folders. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { programFile, temporaryFolder, tinyRunYaml, writeCorpus } from './program.ts';

const { folder, remove } = temporaryFolder();
afterAll(remove);
const hasStrace = spawnSync('strace', ['-f', 'true']).status === 0;
if (!hasStrace) console.warn('system calls are not watched here: there is no strace');

/** Calls that make or change something under a name. */
const changing = ['openat', 'open', 'creat', 'rename', 'renameat', 'renameat2', 'mkdir', 'mkdirat', 'unlink'];
const changes = [
  ...changing,
  'unlinkat',
  'rmdir',
  'link',
  'linkat',
  'symlink',
  'symlinkat',
  'truncate',
  'mknodat',
];

const timeout = 900_000;
it.runIf(hasStrace)(
  'a sweep connects to nothing, and writes into its results and its caches alone',
  { timeout },
  () => {
    const [log, current] = [join(folder, 'calls'), join(folder, 'current')];
    mkdirSync(current);
    const training = { steps: 4, checkpointEvery: 2 };
    const finetune = { tasks: [], seeds: 1 };
    writeFileSync(
      join(folder, 'tiny.yaml'),
      tinyRunYaml(writeCorpus(join(folder, 'corpus')), { training, finetune }),
    );
    const study = { claim: 'nothing', preset: 'tiny.yaml', arms: { a: { regime: 'bert' } } };
    writeFileSync(join(folder, 'study.yaml'), JSON.stringify(study));
    const [out, cache] = [join(folder, 'out'), join(folder, 'cache')];
    const sweep = ['sweep', join(folder, 'study.yaml'), '--out', out, '--cache', cache, '--engine', 'onnx'];
    const trace = ['-f', '-qq', '-s', '300', '-o', log, '-e', `trace=connect,sendto,${changes.join()}`];
    const { status, stderr } = spawnSync('strace', [...trace, process.execPath, programFile, ...sweep], {
      cwd: current,
      encoding: 'utf8',
      env: { ...process.env, ORT_DISABLE_TELEMETRY: '', CI: '' },
    });
    expect([status, stderr]).toEqual([0, expect.stringContaining('a: ')]);
    const calls = readFileSync(log, 'utf8').split('\n');
    // Sockets of the machine itself (AF_UNIX, AF_NETLINK) lead nowhere.
    expect(calls.filter((call) => /\b(connect|sendto)\(.*AF_INET/.test(call))).toEqual([]);
    const joined = fileURLToPath(new URL('../../node_modules/.cache/', import.meta.url));
    const own = [out, cache, joined, '/dev/', '/proc/'];
    const isRead = (call: string) => /\bopen(at)?\(/.test(call) && !/O_WRONLY|O_RDWR|O_CREAT/.test(call);
    const isOwn = (call: string) => own.some((path) => call.includes(`"${path}`));
    const isChange = (call: string) => changes.some((name) => call.includes(` ${name}(`));
    expect(calls.filter((call) => isChange(call) && !isRead(call) && !isOwn(call))).toEqual([]);
    expect(calls.filter((call) => isChange(call) && isOwn(call)).length).toBeGreaterThan(50);
  },
);
