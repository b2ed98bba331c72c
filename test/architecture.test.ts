/** What the compiler does not hold: which room may import which, no circles, no long files, one name for one thing. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { groupBy } from '../src/base/group.ts';

/** Each room with those that it may import beside the base; lowest first, and a room imports only what stands above it. */
const mayImport: Readonly<Record<string, string>> = {
  base: '',
  config: '',
  engine: '',
  data: '',
  metrics: '',
  statistics: '',
  report: 'metrics statistics',
  model: 'config engine',
  objectives: 'config engine data model',
  optim: 'config engine model',
  regimes: 'config engine model objectives optim',
  evaluation: 'engine data metrics model objectives regimes',
  progress: '',
  training: 'config engine data metrics statistics model objectives optim regimes evaluation progress',
  downstream: 'config engine data metrics statistics model objectives optim',
  results: 'config engine data metrics statistics report model optim regimes training downstream',
  exchange:
    'config engine data metrics report model optim regimes evaluation progress training downstream results',
  run: 'config engine data model objectives optim regimes evaluation progress training downstream results exchange',
  analysis: 'config metrics statistics report regimes downstream results run',
  experiment:
    'config engine data metrics statistics report progress training downstream results exchange run analysis',
  commands:
    'config engine data statistics report optim regimes evaluation progress training downstream results exchange run analysis experiment',
  'cli.ts': 'commands',
  'api.ts': 'config data optim progress training results exchange run analysis commands',
  'prepare-process.ts': 'engine',
};
const rooms = Object.keys(mayImport);
const longest = 260;

const root = resolve(import.meta.dirname, '../src');

interface SourceFile {
  /** Within src, with forward slashes. */
  path: string;
  text: string;
  /** Files of ours that it imports, as paths within src. */
  imports: string[];
}

const files: SourceFile[] = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => path.replaceAll('\\', '/'))
  .map((path) => {
    const text = readFileSync(join(root, path), 'utf8');
    const specifiers = text.matchAll(/(?:\bfrom|\bimport|\bimport\()\s*['"](\.[^'"]+)['"]/g);
    const imports = [...specifiers].map(([, specifier]) =>
      relative(root, resolve(root, dirname(path), specifier!)).replaceAll('\\', '/'),
    );
    return { path, text, imports };
  });

const roomOf = (path: string) => path.split('/')[0]!;
const rankOf = (path: string) => rooms.indexOf(roomOf(path));
const allowedIn = (room: string) => mayImport[room]!.split(' ').filter((name) => name !== '');
const importsOf = new Map(files.map(({ path, imports }) => [path, imports]));

function readmeLines(folder: string): number {
  const path = join(root, folder, 'README.md');
  return existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n').length : 0;
}

/** `a → b` for every import that breaks a rule. */
function importsThat(isBad: (from: string, to: string) => boolean): string[] {
  return files.flatMap(({ path, imports }) =>
    imports.filter((target) => isBad(path, target)).map((target) => `${path} → ${target}`),
  );
}

/** The files of one circle of imports, first and last alike, or nothing. */
function findCircle(): string[] {
  const done = new Set<string>();
  function walk(path: string, trail: string[]): string[] {
    if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path];
    if (done.has(path)) return [];
    for (const target of importsOf.get(path) ?? []) {
      const circle = walk(target, [...trail, path]);
      if (circle.length > 0) return circle;
    }
    done.add(path);
    return [];
  }
  for (const { path } of files) {
    const circle = walk(path, []);
    if (circle.length > 0) return circle;
  }
  return [];
}

describe('src', () => {
  it('is read by these tests', () => {
    expect(importsOf.get('regimes/joint.ts')).toContain('objectives/mlm.ts');
  });

  it('consists of the known rooms', () => {
    expect(files.map(({ path }) => path).filter((path) => rankOf(path) === -1)).toEqual([]);
  });

  it('imports files that exist', () => {
    expect(importsThat((_, to) => !importsOf.has(to))).toEqual([]);
  });

  it('imports downwards only', () => {
    expect(importsThat((from, to) => rankOf(to) > rankOf(from))).toEqual([]);
  });

  it.each(rooms)('imports into %s only what its line of the table names', (room) => {
    const allowed = [room, 'base', ...allowedIn(room)];
    const isForeign = (from: string, to: string) => roomOf(from) === room && !allowed.includes(roomOf(to));
    expect(importsThat(isForeign)).toEqual([]);
  });

  it.each(rooms)('needs every import that the table allows %s', (room) => {
    const own = files.filter(({ path }) => roomOf(path) === room);
    const used = new Set(own.flatMap(({ imports }) => imports.map(roomOf)));
    expect(allowedIn(room).filter((name) => !used.has(name))).toEqual([]);
  });

  it('opens each folder with a README that says what lives there', () => {
    const folders = [...new Set(files.map(({ path }) => dirname(path)))].filter((folder) => folder !== '.');
    const lengths = folders.map((folder) => ({ folder, lines: readmeLines(folder) }));
    expect(lengths.filter(({ lines }) => lines < 3 || lines > 10)).toEqual([]);
  });

  it('uses one file name for one thing: only a registry, or a command and its room, share one', () => {
    const groups = groupBy(files, ({ path }) => path.split('/').at(-1)!);
    const isShared = (name: string, paths: readonly string[]) =>
      name !== 'registry.ts' && paths.filter((path) => roomOf(path) !== 'commands').length > 1;
    const shared = [...groups].map(([name, group]) => [name, group.map(({ path }) => path)] as const);
    expect(shared.filter(([name, paths]) => isShared(name, paths))).toEqual([]);
  });

  it('has no circle of imports', () => {
    expect(findCircle()).toEqual([]);
  });

  it('has no folder or file for everything', () => {
    const names = files.flatMap(({ path }) => path.split('/'));
    expect(names.filter((name) => /^(utils?|helpers?|misc|common)(\.ts)?$/.test(name))).toEqual([]);
  });

  it('has no default export', () => {
    const named = files.filter(({ text }) => !/^export default|\bas default\b/m.test(text));
    expect(files.filter((file) => !named.includes(file)).map(({ path }) => path)).toEqual([]);
  });

  it(`has no file above ${longest} lines`, () => {
    const counts = files.map(({ path, text }) => ({ path, lines: text.trimEnd().split('\n').length }));
    expect(
      counts.filter(({ lines }) => lines > longest).map(({ path, lines }) => `${path}: ${lines}`),
    ).toEqual([]);
  });

  it('calls Math.random nowhere: randomness is an argument', () => {
    expect(files.filter(({ text }) => text.includes('Math.random')).map(({ path }) => path)).toEqual([]);
  });
});
