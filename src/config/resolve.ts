/**
 * From what people write to what a run is: defaults < extended files < the file < `--set`.
 *
 * Mappings merge key by key; lists and single values replace.
 */
import { readdirSync, realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ConfigError, didYouMean, explain, oneOf } from '../base/errors.ts';
import { configSchema, type SchemaNode } from './json-schema.ts';
import { explainProblems } from './problems.ts';
import { type KnownNames, type RunConfig, runConfigSchema } from './schema.ts';
import { parseSetOption } from './set-option.ts';
import { isMapping, type Mapping, readYamlFile, shownPath, type YamlFile } from './yaml-file.ts';

export interface ResolveOptions {
  /** `key=value`, later ones win. Relative paths in them are relative to the current folder. */
  set?: readonly string[];
  known: KnownNames;
  /** Holds `<preset>.yaml`. */
  presetsFolder: string;
}

/** One contribution to a configuration. */
interface Layer {
  mapping: Mapping;
  /** What a message about this key opens with, besides the key. */
  prefix(path: readonly PropertyKey[]): string;
}

/**
 * The complete configuration that a file describes.
 *
 * @param file a path, or a bare name (no slash, no `.yaml`) for a preset
 * @throws {ConfigError} one line about the first problem; the file is named where it is not the one given by path
 */
export function resolveConfig(file: string, options: ResolveOptions): RunConfig {
  const isPreset = isBareName(file);
  const yaml = readYamlFile(isPreset ? presetFile(file, 'preset', options.presetsFolder) : file);
  const layers = extended(yaml, options.presetsFolder, []);
  if (!isPreset) layers.push(unnamed(layers.pop()!.mapping));
  return resolveLayers(layers, options);
}

/**
 * The complete configuration that a mapping describes, such as an arm of an experiment; it may have `extends`.
 *
 * @param where opens every message about the mapping
 * @param options.folder what relative paths in the mapping are relative to; default the current folder
 * @throws {ConfigError} as resolveConfig
 */
export function resolveObject(
  object: unknown,
  where: string,
  options: ResolveOptions & { folder?: string },
): RunConfig {
  if (!isMapping(object)) throw new ConfigError(explain(where, 'a mapping', object));
  const { presetsFolder, folder = '.' } = options;
  const parent = parentFile(object, folder, where, presetsFolder);
  const parents = parent ? extended(readYamlFile(parent), presetsFolder, []) : [];
  const layer = { mapping: contentOf(object, folder), prefix: () => `${where}: ` };
  return resolveLayers([...parents, layer], options);
}

function resolveLayers(files: readonly Layer[], { set = [], known }: ResolveOptions): RunConfig {
  const schema = configSchema(known);
  const layers = set.length > 0 ? [...files, setLayer(set, schema)] : files;
  const merged = layers.map(({ mapping }) => mapping).reduce(merge, {});
  const result = runConfigSchema(known).safeParse(merged, { reportInput: true });
  if (result.success) return result.data;

  const prefix = (path: readonly PropertyKey[]) =>
    (layers.findLast(({ mapping }) => holds(mapping, path)) ?? files.at(-1)!).prefix(path);
  throw new ConfigError(explainProblems(result.error.issues, schema, prefix));
}

function setLayer(set: readonly string[], schema: SchemaNode): Layer {
  const mapping = set.map((option) => parseSetOption(option, schema)).reduce(merge, {});
  return unnamed(contentOf(mapping, '.'));
}

function unnamed(mapping: Mapping): Layer {
  return { mapping, prefix: () => '' };
}

/** The file's layer after those of the files it extends, the farthest first. */
function extended(file: YamlFile, presetsFolder: string, below: readonly YamlFile[]): Layer[] {
  const chain = [...below, file];
  const start = below.findIndex(({ path }) => realpathSync(path) === realpathSync(file.path));
  if (start >= 0) throw circle(chain.slice(start));

  const folder = dirname(file.path);
  const parent = parentFile(file.mapping, folder, at(file, ['extends']), presetsFolder);
  const parents = parent ? extended(readYamlFile(parent), presetsFolder, chain) : [];
  const prefix = (path: readonly PropertyKey[]) => `${at(file, path)}: `;
  return [...parents, { mapping: contentOf(file.mapping, folder), prefix }];
}

function at({ name, lineOf }: YamlFile, path: readonly PropertyKey[]): string {
  const line = lineOf(path);
  return line === undefined ? name : `${name}:${line}`;
}

function circle(chain: readonly YamlFile[]): ConfigError {
  const names = chain.map(({ name }) => name).join(' → ');
  return new ConfigError(
    `${at(chain.at(-2)!, ['extends'])}: extends: expected an end, got ${names}; drop one`,
  );
}

/** The file that a mapping extends, if it does. */
function parentFile(
  { extends: parent }: Mapping,
  folder: string,
  where: string,
  presetsFolder: string,
): string | undefined {
  if (parent === undefined) return undefined;
  if (typeof parent !== 'string' || parent === '') {
    throw new ConfigError(explain(`${where}: extends`, 'a preset or the path of a file', parent));
  }
  if (isBareName(parent)) return presetFile(parent, `${where}: extends`, presetsFolder);
  return shownPath(resolve(folder, parent));
}

/** @throws {ConfigError} if a bare name is no preset's; paths are not looked at */
export function assertPresetExists(name: string, where: string, presetsFolder: string): void {
  if (isBareName(name)) presetFile(name, where, presetsFolder);
}

function isBareName(name: string): boolean {
  return !/[/\\]|\.ya?ml$/.test(name);
}

function presetFile(name: string, where: string, presetsFolder: string): string {
  const names = presetNames(presetsFolder);
  if (names.includes(name)) return join(presetsFolder, `${name}.yaml`);
  throw new ConfigError(
    explain(where, oneOf(names), name, didYouMean(name, names) ?? `write ./${name} for a file`),
  );
}

/** The presets there are, sorted. */
export function presetNames(presetsFolder: string): string[] {
  const files = readdirSync(presetsFolder).filter((file) => file.endsWith('.yaml'));
  return files.map((file) => file.slice(0, -'.yaml'.length)).sort();
}

/** A mapping without the keys that only say where things are, its paths made absolute. */
function contentOf({ extends: _, $schema, ...mapping }: Mapping, folder: string): Mapping {
  const content = { ...mapping };
  for (const [section, keys] of Object.entries(pathKeys)) {
    const written = mapping[section];
    if (isMapping(written)) content[section] = withAbsolutePaths(written, keys, folder);
  }
  return content;
}

/** Keys whose values are paths, `a.b` for one in a mapping of the section; in a list, those items that end as YAML files do. */
const pathKeys = {
  data: ['folder', 'vocabularyFile'],
  generator: ['checkpoint'],
  training: ['startFrom', 'fork.run'],
  finetune: ['glueDir', 'tasks'],
  probe: ['tasks'],
  pairs: ['blimpDir'],
};

function withAbsolutePaths(section: Mapping, keys: readonly string[], folder: string): Mapping {
  const absolute = (value: unknown) => (typeof value === 'string' && value ? resolve(folder, value) : value);
  const isFile = (item: unknown) => typeof item === 'string' && !isBareName(item);
  const changes = keys.flatMap((path) => {
    const [key, ...inner] = path.split('.') as [string, ...string[]];
    const value = section[key];
    if (value === undefined) return [];
    if (inner.length > 0)
      return isMapping(value) ? [[key, withAbsolutePaths(value, [inner.join('.')], folder)]] : [];
    const moved = Array.isArray(value)
      ? value.map((item) => (isFile(item) ? absolute(item) : item))
      : absolute(value);
    return [[key, moved]];
  });
  return { ...section, ...Object.fromEntries(changes) };
}

/** Mappings key by key; anything else replaces. */
export function merge(below: Mapping, above: Mapping): Mapping {
  const merged = { ...below };
  for (const [key, value] of Object.entries(above)) {
    const old = Object.hasOwn(below, key) ? below[key] : undefined;
    const both = isMapping(old) && isMapping(value) ? merge(old, value) : value;
    // Not an assignment: a key called __proto__ has to stay a key, so that it is found to be unknown.
    Object.defineProperty(merged, key, { value: both, enumerable: true, configurable: true, writable: true });
  }
  return merged;
}

function holds(mapping: Mapping, path: readonly PropertyKey[]): boolean {
  let value: unknown = mapping;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return false;
    value = (value as Record<PropertyKey, unknown>)[step];
  }
  return true;
}
