import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readOrMake } from '../../src/base/json-cache.ts';

const folder = mkdtempSync(join(tmpdir(), 'json-cache-'));
const path = join(folder, 'cache.json');
afterAll(() => rmSync(folder, { recursive: true }));

it('makes a value once, and again where a byte of the file has changed', () => {
  let made = 0;
  const make = () => ({ accuracy: 0.25, made: ++made });
  expect([readOrMake(path, make), readOrMake(path, make)]).toEqual(
    Array(2).fill({ accuracy: 0.25, made: 1 }),
  );
  writeFileSync(path, readFileSync(path, 'utf8').replace('0.25', '0.35'));
  expect(readOrMake(path, make)).toEqual({ accuracy: 0.25, made: 2 });
  writeFileSync(path, '{');
  expect(readOrMake(path, make)).toEqual({ accuracy: 0.25, made: 3 });
});
