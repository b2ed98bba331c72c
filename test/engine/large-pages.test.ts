import { execFileSync } from 'node:child_process';
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
});
