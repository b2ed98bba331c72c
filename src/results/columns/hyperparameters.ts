/** The keys of a configuration as columns: those in which the runs of a folder differ. */
import { existsSync } from 'node:fs';
import { basename, isAbsolute, join } from 'node:path';
import type { Cell, ColumnType } from '../../base/column.ts';
import { configSchema, keysOf, type SchemaNode, schemaAt } from '../../config/json-schema.ts';
import { isMapping, readYamlFile } from '../../config/yaml-file.ts';
import { type RunRecord, runFolder } from '../run-folder.ts';
import { known } from '../stored-config.ts';

export interface Hyperparameter {
  /** `objective.discriminatorWeight` */
  key: string;
  type: ColumnType;
  meaning: string;
  valueIn(runId: string): Cell;
}

let schema: SchemaNode | undefined;

/** Made once, where a table has a column named after a key. */
function schemaOfRuns(): SchemaNode {
  schema ??= configSchema(known);
  return schema;
}

/** What has a column of its own, or says nothing of a run. */
const leftOut = ['name', 'description', 'extends', 'regime', 'seed'];

/** @throws {ConfigError} with file and line if a configuration is no YAML */
export function differingKeys(results: string, records: readonly RunRecord[]): Hyperparameter[] {
  if (records.length < 2) return [];
  const schema = schemaOfRuns();
  const configs = new Map(records.map(({ runId }) => [runId, readFlat(runFolder(results, runId))]));
  const ordered = [...keysOf(schema), ...[...configs.values()].flatMap((config) => [...config.keys()])];
  const keys = [...new Set(ordered)].filter((key) => !leftOut.includes(key));
  return keys.flatMap((key): Hyperparameter[] => {
    const standard = cellOf(schemaAt(schema, key.split('.'))?.default);
    const valueIn = (runId: string) => configs.get(runId)?.get(key) ?? standard;
    if (new Set(records.map(({ runId }) => valueIn(runId))).size < 2) return [];
    return [{ ...describeKey(key), valueIn }];
  });
}

/** What a column named after a key holds; of a key that this version does not know, that it was one. */
export function describeKey(key: string): Omit<Hyperparameter, 'valueIn'> {
  const node = schemaAt(schemaOfRuns(), key.split('.'));
  const type = (['integer', 'number', 'boolean'] as const).find((name) => name === node?.type) ?? 'string';
  return { key, type, meaning: node?.description ?? 'a key of an older version' };
}

/** Every key that a stored configuration gives; of older versions, those that they had. */
function readFlat(folder: string): Map<string, Cell> {
  const path = join(folder, 'config.yaml');
  return new Map(existsSync(path) ? leavesOf(readYamlFile(path).mapping) : []);
}

function leavesOf(mapping: Record<string, unknown>, prefix = ''): [string, Cell][] {
  return Object.entries(mapping).flatMap(([key, value]): [string, Cell][] =>
    isMapping(value) ? leavesOf(value, `${prefix}${key}.`) : [[`${prefix}${key}`, cellOf(value)]],
  );
}

/** A list as JSON; of a path on some machine, its end. */
function cellOf(value: unknown): Cell {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return isAbsolute(value) ? basename(value) : value;
  return typeof value === 'object' ? JSON.stringify(value) : (value as Cell);
}
