import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/base/errors.ts';
import { readYamlFile, shownPath } from '../../src/config/yaml-file.ts';
import { messageOf, scratch } from './scratch.ts';

const area = scratch();

/** The complaint about a file with this content, after the folder. */
function complaint(content: string | Uint8Array): string {
  const path = area.write('run.yaml', content);
  return withoutFolder(messageOf(() => readYamlFile(path), ConfigError));
}

function withoutFolder(message: string): string {
  expect(message).not.toContain('\n');
  return message.replaceAll(`${area.folder}/`, '');
}

describe('readYamlFile', () => {
  it('gives the mapping and the line of each key and item', () => {
    const path = area.write('run.yaml', '# note\nname: a\ndata:\n  corpora:\n    - sotu\n    - brown\n');
    const { mapping, lineOf } = readYamlFile(path);
    expect(mapping).toEqual({ name: 'a', data: { corpora: ['sotu', 'brown'] } });
    expect(lineOf(['name'])).toBe(2);
    expect(lineOf(['data'])).toBe(3);
    expect(lineOf(['data', 'corpora', 1])).toBe(6);
    expect(lineOf(['data', 'folder'])).toBeUndefined();
    expect(lineOf(['model', 'layers'])).toBeUndefined();
  });

  it('reads a byte-order mark, aliases, and keys that look like numbers', () => {
    const path = area.write('run.yaml', '\ufeffa: &x [1]\nb: *x\n1: 2\n');
    expect(readYamlFile(path).mapping).toEqual({ a: [1], b: [1], 1: 2 });
  });

  it('shows a path below the current folder as relative, others as they are', () => {
    expect(shownPath(join(process.cwd(), 'configs', 'quick.yaml'))).toBe(join('configs', 'quick.yaml'));
    expect(shownPath(area.folder)).toBe(area.folder);
  });

  it('refuses a missing file, naming a near one', () => {
    area.write('quick.yaml', 'a: 1');
    area.write('smoke.yaml', 'a: 1');
    const missing = (name: string) =>
      withoutFolder(messageOf(() => readYamlFile(join(area.folder, name)), ConfigError));
    expect(missing('quik.yaml')).toBe(
      'quik.yaml: expected a YAML file, got no file; did you mean "quick.yaml"?',
    );
    expect(missing('nope.yaml')).toBe('nope.yaml: expected a YAML file, got no file; check the path');
    expect(missing('another.yaml')).toBe('another.yaml: expected a YAML file, got no file; check the path');
    expect(missing('no/such.yaml')).toBe('no/such.yaml: expected a YAML file, got no file; check the path');
  });

  it('refuses a folder', () => {
    expect(messageOf(() => readYamlFile(area.folder), ConfigError)).toBe(
      `${area.folder}: expected a YAML file, got a folder; name a file in it`,
    );
  });

  it('refuses bytes that are not UTF-8, and names their line', () => {
    const latin1 = Buffer.from('name: a\ndescription: caf\xe9\nseed: 1\n', 'latin1');
    expect(complaint(latin1)).toBe(
      'run.yaml:2: expected UTF-8 text, got other bytes; save the file as UTF-8',
    );
  });

  it.each([
    [
      'a: [1\nb: 2\n',
      'run.yaml:2: expected YAML, got a syntax error (Flow sequence in block collection must be sufficiently indented and end with a ]); fix this line',
    ],
    [
      'a: 1\nb: c: d\n',
      'run.yaml:2: expected YAML, got a syntax error (Nested mappings are not allowed in compact mappings); fix this line',
    ],
    ['a:\n\tb: 1\n', 'run.yaml:2: expected spaces as indentation, got a tab; indent with spaces'],
    ['a: !odd 1\n', 'run.yaml:1: expected YAML, got a syntax error (Unresolved tag: !odd); fix this line'],
    ['a: 1\n---\nb: 2\n', 'run.yaml:2: expected one document, got a second after "---"; keep one a file'],
  ])('names the line of the syntax error in %j', (content, message) => {
    expect(complaint(content)).toBe(message);
  });

  it.each([
    [
      'seed: 1\nname: a\nseed: 2\n',
      'run.yaml:3: expected each key once, got "seed" again; remove one of the two',
    ],
    [
      'data:\n  "a b": 1\n  "a b": 2\n',
      'run.yaml:3: expected each key once, got "a b" again; remove one of the two',
    ],
  ])('refuses the key that comes twice in %j', (content, message) => {
    expect(complaint(content)).toBe(message);
  });

  it('refuses aliases that explode, without writing them out', () => {
    const levels = Array.from({ length: 30 }, (_, n) => `k${n + 1}: &l${n + 1} [${`*l${n},`.repeat(9)}]`);
    expect(complaint(`k0: &l0 [1]\n${levels.join('\n')}\n`)).toBe(
      'run.yaml:2: expected aliases that can be written out, got an error ' +
        '(Excessive alias count indicates a resource exhaustion attack); write the values out',
    );
  });

  it.each([
    ['data: &d {model: *d}\n', 'Converting circular structure to JSON'],
    ['data: *nowhere\n', 'Unresolved alias (the anchor must be set before the alias): nowhere'],
  ])('refuses the alias in %j', (content, reason) => {
    expect(complaint(content)).toBe(
      `run.yaml:1: expected aliases that can be written out, got an error (${reason}); write the values out`,
    );
  });

  it.each([
    ['', 'run.yaml:1: expected a mapping, got nothing; write `key: value` lines, as in configs/quick.yaml'],
    [
      '- a\n',
      'run.yaml:1: expected a mapping, got ["a"]; write `key: value` lines, as in configs/quick.yaml',
    ],
    [
      'quick\n',
      'run.yaml:1: expected a mapping, got "quick"; write `key: value` lines, as in configs/quick.yaml',
    ],
  ])('refuses %j, which is no mapping', (content, message) => {
    expect(complaint(content)).toBe(message);
  });
});
