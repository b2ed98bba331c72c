/** Reads one YAML file that a person wrote, and says where it is wrong. Knows nothing of what the keys mean. */
import { isUtf8 } from 'node:buffer';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, isAbsolute, parse, relative } from 'node:path';
import {
  type Document,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
  type YAMLError,
} from 'yaml';
import { ConfigError, didYouMean, explain } from '../base/errors.ts';

export type Mapping = Record<string, unknown>;

export interface YamlFile {
  path: string;
  /** The path as messages show it. */
  name: string;
  mapping: Mapping;
  /** The line of a key or list item, counted from 1; undefined where the file does not write it out. */
  lineOf(path: readonly PropertyKey[]): number | undefined;
}

/**
 * Reads a YAML 1.2 file that holds one mapping.
 *
 * @throws {ConfigError} `<file>:<line>: …` if the file is missing, a folder, not UTF-8, not YAML, repeats a key,
 *   has aliases that explode or go in circles, or holds anything but a mapping
 */
export function readYamlFile(path: string): YamlFile {
  const name = shownPath(path);
  const text = readText(path, name);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, ...strict });
  const lineAt = (offset: number) => lines.linePos(offset).line;

  const problem = document.errors[0] ?? document.warnings[0];
  if (problem) throw new ConfigError(`${name}:${lineAt(problem.pos[0])}: ${sentenceOf(problem, text)}`);
  const proto = keyOfPrototype(document);
  if (proto !== undefined)
    throw new ConfigError(explain(`${name}:${lineAt(proto)}`, 'a key of ours', '__proto__', 'rename it'));
  const value = plainValue(document, name, lineAt);
  if (value === null) throw new ConfigError(`${name}:1: expected a mapping, got nothing; ${begin}`);
  if (!isMapping(value)) throw new ConfigError(explain(`${name}:1`, 'a mapping', value, begin));
  return { path, name, mapping: value, lineOf: (keys) => lineOf(document.contents, keys, lineAt) };
}

/** Parser options of everything people write: keys are text, and what is doubtful is an error. */
export const strict = {
  prettyErrors: false,
  stringKeys: true,
  logLevel: 'error',
  // Without this `!!set` and `!!omap` would be read as classes, which nobody here looks into.
  resolveKnownTags: false,
} as const;

const begin = 'write `key: value` lines, as in configs/quick.yaml';

/** True for what YAML calls a mapping: an object that is neither a list nor a class of its own. */
export function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** A path as people would type it: relative where it lies below the current folder. */
export function shownPath(path: string): string {
  const below = relative(process.cwd(), path);
  return below === '' || below.startsWith('..') || isAbsolute(below) ? path : below;
}

const mostBytes = 100_000;

function readText(path: string, name: string): string {
  const bytes = readBytes(path, name);
  // A search for keys that are there twice takes longer with the square of their number.
  if (bytes.length > mostBytes)
    throw new ConfigError(
      `${name}: expected at most ${mostBytes} bytes, got ${bytes.length}; name another file`,
    );
  if (isUtf8(bytes)) return new TextDecoder().decode(bytes);
  throw new ConfigError(
    `${name}:${firstBadLine(bytes)}: expected UTF-8 text, got other bytes; save the file as UTF-8`,
  );
}

function readBytes(path: string, name: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') {
      throw new ConfigError(`${name}: expected a YAML file, got no file; ${nearestFile(path)}`);
    }
    if (code === 'EISDIR')
      throw new ConfigError(`${name}: expected a YAML file, got a folder; name a file in it`);
    throw new ConfigError(
      `${name}: expected a readable YAML file, got ${code}; check the path and its rights`,
    );
  }
}

function nearestFile(path: string): string {
  const stem = (file: string) => parse(file).name;
  try {
    // A shared ending would make any two short names look alike.
    const near = readdirSync(dirname(path)).filter((file) => didYouMean(stem(path), [stem(file)]));
    return didYouMean(basename(path), near) ?? 'check the path';
  } catch {
    return 'check the path';
  }
}

/** A line feed is never part of a longer UTF-8 character, so lines can be checked one by one. */
function firstBadLine(bytes: Buffer): number {
  let line = 1;
  for (let start = 0; ; line++) {
    const end = bytes.indexOf(0x0a, start);
    if (end < 0 || !isUtf8(bytes.subarray(start, end))) return line;
    start = end + 1;
  }
}

function sentenceOf({ code, message, pos }: YAMLError, text: string): string {
  switch (code) {
    case 'DUPLICATE_KEY':
      return `expected each key once, got ${keyAt(text, pos[0])} again; remove one of the two`;
    case 'TAB_AS_INDENT':
      return 'expected spaces as indentation, got a tab; indent with spaces';
    case 'MULTIPLE_DOCS':
      return 'expected one document, got a second after "---"; keep one a file';
    default:
      return `expected YAML, got a syntax error (${message}); fix this line`;
  }
}

function keyAt(text: string, offset: number): string {
  const [key] = /^("[^"\n]*"|'[^'\n]*'|[^:\n]*)/.exec(text.slice(offset, offset + 80)) ?? [''];
  return /^["']/.test(key) ? key : `"${key.trim()}"`;
}

/** The document as plain values; an alias that points at itself or multiplies without end is refused. */
function plainValue(document: Document, name: string, lineAt: (offset: number) => number): unknown {
  try {
    const value: unknown = document.toJS({ maxAliasCount: 100 });
    JSON.stringify(value); // Throws on circles, which would otherwise hang whoever walks the value.
    return value;
  } catch (error) {
    const [reason] = (error as Error).message.split('\n');
    const where = `${name}:${lineAt(firstAlias(document))}`;
    throw new ConfigError(
      `${where}: expected aliases that can be written out, got an error (${reason}); write the values out`,
    );
  }
}

/** Where `__proto__` is a key, which objects of JavaScript take for something else; 0 where it is the first thing. */
export function keyOfPrototype(document: Document): number | undefined {
  let offset: number | undefined;
  visit(document, {
    Pair(_, { key }) {
      if (!isScalar(key) || key.value !== '__proto__') return undefined;
      offset = key.range?.[0] ?? 0;
      return visit.BREAK;
    },
  });
  return offset;
}

function firstAlias(document: Document): number {
  let offset = 0;
  visit(document, {
    Alias(_, alias) {
      offset = alias.range?.[0] ?? 0;
      return visit.BREAK;
    },
  });
  return offset;
}

function lineOf(
  root: Node | null,
  path: readonly PropertyKey[],
  lineAt: (offset: number) => number,
): number | undefined {
  let node: unknown = root;
  let label: unknown = root;
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && key.value === step);
      label = pair?.key;
      node = pair?.value;
    } else {
      label = node = isSeq(node) ? node.items[Number(step)] : undefined;
    }
  }
  const range = (label as Node | null | undefined)?.range;
  return range ? lineAt(range[0]) : undefined;
}
