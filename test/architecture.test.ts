/** What the compiler does not hold: which layer may import which, no circles, no long files. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

/** Lowest first; a layer may import itself and those below. */
const layers = [
  'base',
  'config',
  'engine',
  'data',
  'metrics',
  'statistics',
  'report',
  'model',
  'objectives',
  'optim',
  'regimes',
  'evaluation',
  'progress',
  'training',
  'downstream',
  'results',
  'exchange',
  'run',
  'analysis',
  'experiment',
  'commands',
  'cli.ts',
  'prepare-process.ts',
];
/** Layers that know nothing of ours but the base, and what else each may. */
const standalone: [layer: string, ...others: string[]][] = [
  ['metrics'],
  ['statistics'],
  ['report', 'statistics'],
];
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

const layerOf = (path: string) => path.split('/')[0]!;
const rankOf = (path: string) => layers.indexOf(layerOf(path));
const importsOf = new Map(files.map(({ path, imports }) => [path, imports]));

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

  it('consists of the known layers', () => {
    expect(files.map(({ path }) => path).filter((path) => rankOf(path) === -1)).toEqual([]);
  });

  it('imports files that exist', () => {
    expect(importsThat((_, to) => !importsOf.has(to))).toEqual([]);
  });

  it('imports downwards only', () => {
    expect(importsThat((from, to) => rankOf(to) > rankOf(from))).toEqual([]);
  });

  it.each(standalone)('%s imports nothing but the base and %s', (layer, ...others) => {
    const allowed = [layer, 'base', ...others];
    const isForeign = (to: string) => !allowed.includes(layerOf(to));
    expect(importsThat((from, to) => layerOf(from) === layer && isForeign(to))).toEqual([]);
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
