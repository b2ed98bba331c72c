/** `--set a.b=c` and `--vary a.b=[c, d]`: keys of the configuration from the command line. */
import { parseDocument } from 'yaml';
import { ConfigError, explain } from '../base/errors.ts';
import { type SchemaNode, schemaAt } from './json-schema.ts';
import { nearestKey } from './problems.ts';
import { keyOfPrototype, type Mapping, strict } from './yaml-file.ts';

const example = 'write it as training.steps=100';

/**
 * Reads one `--set` as a mapping that holds just that key.
 *
 * @param option `key=value`; the key with dots, the value in YAML: a scalar, `[a, b]` or `{a: b}`
 * @throws {ConfigError} if there is no `=`, no value, no such key, or the value is not YAML
 */
export function parseSetOption(option: string, schema: SchemaNode): Mapping {
  const equals = option.indexOf('=');
  if (equals < 0) throw new ConfigError(explain('--set', 'key=value', option, example));
  const key = option.slice(0, equals).trim();
  if (key === '') throw new ConfigError(explain('--set', 'a key before "="', option, example));

  const path = key.split('.');
  const node = schemaAt(schema, path);
  if (!node) {
    throw new ConfigError(explain(`--set ${key}`, 'a known key', key, nearestKey(path, schema, 'in full')));
  }
  const text = option.slice(equals + 1);
  const parsed = parseValue(key, text);
  // Of text that YAML would take for a number, such as 7e10, what was typed is meant.
  const isText = node.type === 'string' && ['number', 'boolean'].includes(typeof parsed);
  const value = isText ? text.trim() : parsed;
  return path.reduceRight<unknown>((inner, step) => ({ [step]: inner }), value) as Mapping;
}

function parseValue(key: string, text: string): unknown {
  if (text.trim() === '') {
    throw new ConfigError(explain(`--set ${key}`, 'a value after "="', text, 'leave it out for the default'));
  }
  try {
    const document = parseDocument(text, strict);
    const problem = document.errors[0] ?? document.warnings[0];
    if (problem) throw problem;
    if (keyOfPrototype(document) !== undefined) throw new ConfigError('__proto__');
    return document.toJS();
  } catch {
    throw new ConfigError(
      explain(`--set ${key}`, 'a value in YAML', text, 'put text in quotes, as in \'"…"\''),
    );
  }
}

/**
 * @param options `key=[value, …]`, values in YAML
 * @returns a list of `key=value` options for each combination; one empty list without options
 * @throws {ConfigError} if there is no list of values
 */
export function variants(options: readonly string[]): string[][] {
  return options
    .map(choicesOf)
    .reduce<string[][]>(
      (combinations, choices) =>
        combinations.flatMap((before) => choices.map((choice) => [...before, choice])),
      [[]],
    );
}

function choicesOf(option: string): string[] {
  const equals = option.indexOf('=');
  const document = parseDocument(option.slice(equals + 1), { logLevel: 'silent' });
  const values: unknown = document.errors.length > 0 ? undefined : document.toJS();
  if (equals < 0 || !Array.isArray(values) || values.length === 0) {
    const remedy = 'write it as finetune.learningRate=[3e-4,1e-3]';
    throw new ConfigError(explain('--vary', 'key=[value, …]', option, remedy));
  }
  return values.map((value) => `${option.slice(0, equals)}=${JSON.stringify(value)}`);
}
