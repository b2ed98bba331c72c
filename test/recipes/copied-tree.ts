/** A copy of the tree in which a recipe of docs/extending.md is followed, and run. It costs some ten seconds of one core. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const root = resolve(import.meta.dirname, '../..');
/** Milliseconds. The work is seconds; on a busy machine they last. */
export const patience = 600_000;
const parts = ['src', 'bin', 'configs', 'package.json'];

export interface CopiedTree {
  folder: string;
  /** Adds a file. */
  write(path: string, text: string): void;
  /** Puts text before the first place where other text stands. @throws {Error} if it stands nowhere */
  insert(path: string, text: string, before: string): void;
  /** Adds an entry to a list of a registry, and the import of what it names. */
  register(registry: string, entry: { list: string; name: string; from: string }): void;
  /** Runs the program to its end. @returns its standard output @throws {Error} with what it said, if it failed */
  run(...words: string[]): string;
  /** Paths that are not as in the original. */
  changes(): string[];
}

/** Its packages are the original's, linked one by one: what is made of its sources stays beside it. */
export function copyTree(): CopiedTree {
  const folder = temporaryFolder();
  for (const part of parts) cpSync(join(root, part), join(folder, part), { recursive: true });
  const original = textsIn(folder);
  mkdirSync(join(folder, 'node_modules'));
  const packages = readdirSync(join(root, 'node_modules')).filter((name) => !name.startsWith('.'));
  for (const name of packages)
    symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name));
  const write = (path: string, text: string) => writeFileSync(join(folder, path), text);
  const read = (path: string) => readFileSync(join(folder, path), 'utf8');
  return {
    folder,
    write,
    insert(path, text, before) {
      if (!read(path).includes(before)) throw new Error(`${path}: expected ${before}, got none`);
      write(
        path,
        read(path).replace(before, () => text + before),
      );
    },
    register(registry, entry) {
      write(registry, withEntry(read(registry), entry));
    },
    run: (...words) => runIn(folder, words),
    changes: () => differences(original, textsIn(folder)),
  };
}

/** @throws {Error} if the list is not there */
function withEntry(text: string, { list, name, from }: { list: string; name: string; from: string }): string {
  const opening = new RegExp(`(const ${list}\\b[^=]*= \\[)`);
  if (!opening.test(text)) throw new Error(`${list}: expected a list of that name in the registry, got none`);
  const firstImport = /^import /m;
  return text
    .replace(opening, `$1${name}, `)
    .replace(firstImport, `import { ${name} } from '${from}';\nimport `);
}

function runIn(folder: string, words: readonly string[]): string {
  const program = join(folder, 'bin', 'electra-lab.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...words], {
    cwd: folder,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`electra-lab ${words.join(' ')}: ${stderr}`);
  return stdout;
}

function differences(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): string[] {
  const paths = [...new Set([...a.keys(), ...b.keys()])].sort();
  return paths.filter((path) => a.get(path) !== b.get(path));
}

/** Every file of the program, by its path. */
function textsIn(folder: string): Map<string, string> {
  const paths = parts.flatMap((part) =>
    statSync(join(folder, part)).isFile() ? [part] : filesIn(folder, part),
  );
  return new Map(paths.map((path) => [path, readFileSync(join(folder, path), 'latin1')]));
}

function filesIn(folder: string, part: string): string[] {
  const entries = readdirSync(join(folder, part), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}
