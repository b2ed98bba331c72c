import { fork } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openCacheFile, writeCacheFile } from '../../../src/data/preparation/cache-file.ts';

const scratch = mkdtempSync(join(tmpdir(), 'cache-file-'));
afterAll(() => rmSync(scratch, { recursive: true }));
let folders = 0;
const newFolder = () => join(scratch, String(folders++));

describe('a cache file', () => {
  test('gives back what was appended, from any place, and what is known of it', async () => {
    const path = join(newFolder(), 'numbers.bin');
    // Parts of 0 to 999 numbers, 499,500 in all: more than one block of 2²⁰ bytes.
    await writeCacheFile(path, (append) => {
      for (let length = 0, next = 0; length < 1000; next += length++) {
        append(Int32Array.from({ length }, (_, i) => next + i));
      }
      return { kind: 'numbers' };
    });
    const { facts, byteLength, read } = openCacheFile<{ kind: string }>(path)!;
    expect(facts).toEqual({ kind: 'numbers' });
    expect(byteLength).toBe(4 * ((1000 * 999) / 2));
    const some = new Int32Array(5);
    for (const first of [0, 1000, 262_142, 499_495]) {
      read(some, 4 * first);
      expect([...some]).toEqual([0, 1, 2, 3, 4].map((i) => first + i));
    }
  });

  test('that is not there is undefined, and one without a body is there', async () => {
    const folder = newFolder();
    expect(openCacheFile(join(folder, 'none.bin'))).toBeUndefined();
    await writeCacheFile(join(folder, 'empty.bin'), () => null);
    expect(openCacheFile(join(folder, 'empty.bin'))).toMatchObject({ facts: null, byteLength: 0 });
  });

  test('whose writing fails leaves nothing, and the error is passed on', async () => {
    const folder = newFolder();
    const writing = writeCacheFile(join(folder, 'half.bin'), (append) => {
      append(new Uint8Array(2 ** 21));
      throw new RangeError('half way');
    });
    await expect(writing).rejects.toThrow(new RangeError('half way'));
    expect(readdirSync(folder)).toEqual([]);
  });

  test('stays readable when another takes its place', async () => {
    const path = join(newFolder(), 'one.bin');
    const write = (byte: number) =>
      writeCacheFile(path, (append) => {
        append(Uint8Array.of(byte));
        return {};
      });
    await write(1);
    const first = openCacheFile(path)!;
    await write(2);
    const byte = new Uint8Array(1);
    first.read(byte, 0);
    expect([...byte]).toEqual([1]);
    openCacheFile(path)!.read(byte, 0);
    expect([...byte]).toEqual([2]);
  });
});

describe('what a killed process has left aside', () => {
  const program = join(import.meta.dirname, '../../helpers/write-half.ts');

  test('is no cache file, and is deleted by the next that writes', async () => {
    const folder = newFolder();
    const path = join(folder, 'half.bin');
    const writer = fork(program, [path], { execArgv: ['--import', 'tsx'] });
    await new Promise((resolve) => writer.once('message', resolve));
    const ended = new Promise((resolve) => writer.once('exit', resolve));
    writer.kill('SIGKILL');
    await ended;
    expect(readdirSync(folder)).toHaveLength(1);
    expect(openCacheFile(path)).toBeUndefined();
    await writeCacheFile(path, () => 'whole');
    expect(readdirSync(folder)).toEqual(['half.bin']);
  });

  test('is left alone while the process lives, as are files of others', async () => {
    const folder = newFolder();
    const writer = fork(program, [join(folder, 'half.bin')], { execArgv: ['--import', 'tsx'] });
    await new Promise((resolve) => writer.once('message', resolve));
    writeFileSync(join(folder, '.mine.part'), 'not a cache');
    await writeCacheFile(join(folder, 'other.bin'), () => 'whole');
    expect(readdirSync(folder)).toHaveLength(3);
    writer.kill('SIGKILL');
  });
});
