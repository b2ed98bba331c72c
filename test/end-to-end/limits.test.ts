/** Limits of a process: what it is refused is said in one line, and a later process goes on. */
import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { electraLab, onlyRun, programFile, temporaryFolder, tinyRunYaml, writeCorpus } from './program.ts';

const { folder, remove } = temporaryFolder();
const config = join(folder, 'tiny.yaml');
const run = ['run', config, '--cache', join(folder, 'cache'), '--engine', 'onnx', '--quiet', '--out'];

beforeAll(async () => {
  const training = { steps: 4, checkpointEvery: 2 };
  writeFileSync(config, tinyRunYaml(writeCorpus(join(folder, 'corpus')), { training }));
  // The joined sources are there from now on: to make them takes other processes.
  await electraLab(['--version']);
});
afterAll(remove);

function under(limit: string, out: string): Promise<{ code: number | null; stderr: string }> {
  const script = `ulimit ${limit}; exec "$0" "$@"`;
  const child = spawn('bash', ['-c', script, process.execPath, programFile, ...run, out], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk;
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stderr })));
}

it.runIf(process.platform === 'linux').each([
  ['-n 40', 'EMFILE'],
  ['-v 2500000', 'memory'],
])('a run under ulimit %s says so in one line, and goes on without it', async (limit, word) => {
  const out = join(folder, word);
  const { code, stderr } = await under(limit, out);
  expect([code, stderr]).toEqual([1, expect.stringMatching(/^electra-lab: .*: expected .*, got .*\n$/)]);
  expect(stderr).toContain(word);
  const isBegun = existsSync(join(onlyRun(out), 'checkpoints'));
  const again = await electraLab([...run, out, ...(isBegun ? ['--resume'] : [])]);
  expect([again.code, again.stderr]).toEqual([0, '']);
});
