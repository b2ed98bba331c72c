import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asideOf, removeLeftovers } from '../../src/base/aside.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aside-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The name that a process gives that is gone. */
function leftBy(path: string): string {
  const module = new URL('../../src/base/aside.ts', import.meta.url).href;
  const script = `const { asideOf } = await import(${JSON.stringify(module)}); console.log(asideOf(${JSON.stringify(path)}))`;
  const args = ['--import', 'tsx', '--input-type=module', '-e', script];
  return spawnSync(process.execPath, args, { encoding: 'utf8' }).stdout.trim();
}

describe('what is written aside', () => {
  it('has a hidden name of its own beside the file, with room for the name of any run', () => {
    const path = join(folder, 'x'.repeat(211));
    const [one, other] = [asideOf(path), asideOf(path)];
    expect(one).not.toBe(other);
    expect(basename(one)).toMatch(/^\.x{211}\..*\.part$/);
    expect(basename(one).length).toBeLessThan(256);
  });

  it('is removed where its process is gone, with all that is in it, down to a depth', () => {
    const left = leftBy(join(folder, 'run'));
    mkdirSync(join(left, 'checkpoints'), { recursive: true });
    const below = join(folder, 'a', 'b', 'c');
    mkdirSync(below, { recursive: true });
    writeFileSync(join(below, basename(left)), '');
    removeLeftovers(folder, 2);
    expect(readdirSync(folder)).toEqual(['a']);
    expect(readdirSync(below)).toEqual([basename(left)]);
    removeLeftovers(folder, 3);
    expect(readdirSync(below)).toEqual([]);
  });

  it('stays where its process is there, is of another machine, or nobody can say whose it is', () => {
    const elsewhere = basename(leftBy(join(folder, 'c'))).replace(/c\.[0-9a-f]{6}~/, 'c.ffffff~');
    const names = [basename(asideOf(join(folder, 'a'))), '.b.1234.part', 'step-000000003.part', elsewhere];
    for (const name of names) writeFileSync(join(folder, name), '');
    removeLeftovers(folder, 2);
    expect(names.filter((name) => !existsSync(join(folder, name)))).toEqual([]);
  });
});
