/**
 * Python with the packages of test/python/requirements.txt: independent readers of our files and judges of our numbers.
 * Where `npm run python` was not run, tests that need it are skipped and say so. CI skips none of them.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const program = join(root, '.cache/python/bin/python');

/** Write `describe.skipIf(!hasPython)` or `it.skipIf(!hasPython)`. */
export const hasPython = existsSync(program);
if (!hasPython) {
  process.stderr.write('\nSKIPPED: no Python to check our files with; npm run python installs it\n\n');
}

/**
 * Runs a Python program in the environment.
 *
 * @param args as after `python`: a script's path and its arguments, or `-c` and a text
 * @param options.cwd the working directory; the repository's root if left out
 * @returns what it wrote to standard output
 * @throws {Error} with what it wrote to standard output and standard error, if it fails
 */
export function runPython(args: readonly string[], options: { input?: string; cwd?: string } = {}): string {
  const { input = '', cwd = root } = options;
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd,
    input,
    encoding: 'utf8',
    maxBuffer: 1e9,
  });
  if (status !== 0) throw new Error(`${stdout}\n${stderr}`);
  return stdout;
}
