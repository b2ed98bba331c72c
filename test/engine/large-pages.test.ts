import { execFileSync, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { exportLargePages, withLargePages } from '../../src/engine/large-pages.ts';

const fromShell = (env: NodeJS.ProcessEnv) =>
  execFileSync('sh', ['-c', `${exportLargePages}; echo "$GLIBC_TUNABLES"`], { env, encoding: 'utf8' }).trim();

describe('large pages', () => {
  it.each([
    [{}, 'glibc.malloc.hugetlb=1'],
    [{ GLIBC_TUNABLES: 'glibc.malloc.check=1' }, 'glibc.malloc.check=1'],
  ])('are asked for unless the user has set the variable: %j', (environment: NodeJS.ProcessEnv, value) => {
    const env = { PATH: process.env.PATH, ...environment };
    expect(withLargePages(env)).toEqual({ ...env, GLIBC_TUNABLES: value });
    expect(fromShell(env)).toBe(value);
  });

  it.each([
    ['run', {}, ['none', 'glibc.malloc.hugetlb=1']],
    ['run', { GLIBC_TUNABLES: 'glibc.malloc.check=1' }, ['glibc.malloc.check=1']],
    ['plan', {}, ['none']],
  ])('make %s with %j begin as %j, in one process', (command, environment, values) => {
    const starts = startsOf(command, environment);
    const canBeginAgain = 'execve' in process && process.platform === 'linux';
    expect(starts.map(({ value }) => value)).toEqual(canBeginAgain ? values : values.slice(0, 1));
    expect(new Set(starts.map(({ pid }) => pid)).size).toBe(1);
  });
});

/** What the program finds in the variable each time that its process begins. */
function startsOf(command: string, environment: NodeJS.ProcessEnv): { pid: string; value: string }[] {
  const show = 'console.error("begins", process.pid, process.env.GLIBC_TUNABLES ?? "none")';
  const program = fileURLToPath(new URL('../../bin/electra-lab.js', import.meta.url));
  const { GLIBC_TUNABLES: _, ...env } = process.env;
  const { stderr } = spawnSync(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(show)}`, program, command, '--help'],
    { env: { ...env, ...environment }, encoding: 'utf8' },
  );
  return [...stderr.matchAll(/^begins (\d+) (.*)$/gm)].map(([, pid, value]) => ({
    pid: pid!,
    value: value!,
  }));
}
