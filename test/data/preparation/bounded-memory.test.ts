/** Text need not fit into memory: a process with less of it than there is text makes all of it ready. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { RandomStream } from '../../../src/base/random.ts';

const scratch = mkdtempSync(join(tmpdir(), 'bounded-memory-'));
afterAll(() => rmSync(scratch, { recursive: true }));
const [files, heapMegabytes] = [40, 32];

/** About a megabyte of sentences of twelve words. */
function drawText(random: RandomStream): string {
  const sentence = () => Array.from({ length: 12 }, () => `word${random.integer(1000)}`).join(' ');
  return Array.from({ length: 11_000 }, () => `${sentence()}.`).join('\n');
}

test(`${files} MB of text become examples in a heap of ${heapMegabytes} MB`, () => {
  const folder = join(scratch, 'text');
  mkdirSync(folder);
  for (let i = 0; i < files; i++) {
    writeFileSync(join(folder, `${i}.txt`), drawText(new RandomStream('text', i)));
  }
  const program = join(import.meta.dirname, '../../helpers/prepare-folder.ts');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [`--max-old-space-size=${heapMegabytes}`, '--import', 'tsx', program, folder, join(scratch, 'cache')],
    { encoding: 'utf8' },
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const [train, heldOut] = stdout.split(' ').map(Number);
  expect(heldOut! / (train! + heldOut!)).toBeCloseTo(0.1, 1);
});
