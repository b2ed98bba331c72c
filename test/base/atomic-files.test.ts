import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  makeFolder,
  sha256,
  writeFileAtomically,
  writeFolderAtomically,
} from '../../src/base/atomic-files.ts';
import { unwritable } from '../../src/base/system-errors.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atomic-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('an atomic write', () => {
  it('makes folders, joins chunks and leaves nothing else', () => {
    const path = join(folder, 'a', 'b', 'c.txt');
    writeFileAtomically(path, 'one ', new TextEncoder().encode('two'));
    expect(readFileSync(path, 'utf8')).toBe('one two');
    expect(readdirSync(join(folder, 'a', 'b'))).toEqual(['c.txt']);
  });

  it('that fails leaves the old file and nothing beside it', () => {
    const path = join(folder, 'x');
    mkdirSync(path);
    writeFileSync(join(path, 'good'), 'kept');
    expect(() => writeFileAtomically(path, 'new')).toThrow();
    expect(readdirSync(folder)).toEqual(['x']);
    expect(readFileSync(join(path, 'good'), 'utf8')).toBe('kept');
  });

  it('under a path that is partly a file says so', () => {
    writeFileSync(join(folder, 'file'), '');
    const path = join(folder, 'file', 'x.json');
    expect(() => writeFileAtomically(path, '')).toThrow(
      /x\.json: expected a writable file, got "E(NOTDIR|EXIST)"; a part of this path is a file; choose another folder \(--out\)$/,
    );
  });

  it('where a folder of this name is says so', () => {
    const path = join(folder, 'runs.csv');
    mkdirSync(path);
    expect(() => writeFileAtomically(path, '')).toThrow(
      'runs.csv: expected a writable file, got "EISDIR"; there is a folder of this name; rename it, or delete it',
    );
  });

  it('explains what the system refuses, and passes other errors on', () => {
    const error = (code: string) => Object.assign(new Error('x'), { code });
    expect(String(unwritable('p', error('ENOSPC')))).toBe(
      'DataError: p: expected a writable file, got "ENOSPC"; free some disk space and run the same command again',
    );
    expect(String(unwritable('p', error('EROFS')))).toContain(
      'choose a folder on a writable file system (--out)',
    );
    expect(String(unwritable('p', error('EMFILE')))).toContain(
      '; this process may not open more files; raise the limit',
    );
    const other = new TypeError('x');
    expect(unwritable('p', other)).toBe(other);
  });
});

describe('a folder that is written whole', () => {
  const write = (text: string) => (aside: string) => writeFileSync(join(aside, 'x'), text);

  it('leaves folders with names like its own alone', () => {
    mkdirSync(join(folder, 'out.part'));
    writeFileSync(join(folder, 'out.part', 'good'), 'kept');
    writeFolderAtomically(join(folder, 'out'), write('new'));
    expect(readdirSync(folder)).toEqual(['out', 'out.part']);
    expect(readFileSync(join(folder, 'out.part', 'good'), 'utf8')).toBe('kept');
  });

  it('is that of the first of two writers', () => {
    const path = join(folder, 'out');
    const both = () =>
      writeFolderAtomically(path, (aside) => {
        write('slow')(aside);
        writeFolderAtomically(path, write('fast'));
      });
    expect(both).toThrow('out: expected a writable file, got "ENOTEMPTY"; something else has been written');
    expect(readdirSync(folder)).toEqual(['out']);
    expect(readFileSync(join(path, 'x'), 'utf8')).toBe('fast');
  });

  it('is written behind a link', () => {
    mkdirSync(join(folder, 'target'));
    symlinkSync(join(folder, 'target'), join(folder, 'link'));
    writeFolderAtomically(join(folder, 'link'), write('new'));
    expect(lstatSync(join(folder, 'link')).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(folder, 'target', 'x'), 'utf8')).toBe('new');
  });

  it('is not below a file, and says so with its own name', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(() => writeFolderAtomically(join(folder, 'file', 'out'), write('new'))).toThrow(
      /file\/out: expected a writable file, got "ENOTDIR"; a part of this path is a file;/,
    );
  });
});

describe('a folder', () => {
  it('is made with those above it', () => {
    makeFolder(join(folder, 'a', 'b', 'c'));
    expect(existsSync(join(folder, 'a', 'b', 'c'))).toBe(true);
  });

  it.runIf(existsSync('/proc/self'))('that the system refuses is an error, not an endless attempt', () => {
    expect(() => makeFolder('/proc/electra-lab/results')).toThrow(
      '/proc/electra-lab: expected a writable file, got "ENOENT"; choose a folder on a file system that takes new files (--out, --cache)',
    );
  });
});

it('sha256 is that of the standard', () => {
  const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'; // FIPS 180-2, B.1
  expect(sha256('abc')).toBe(abc);
  expect(sha256('a', new TextEncoder().encode('bc'))).toBe(abc);
});
