/**
 * `datapackage.json`: what the tables of a results folder are, column by column, for programs that read Frictionless data
 * packages. It describes the files that are there, by their own headers: a table of an older version has its own columns.
 */
import { closeSync, existsSync, openSync, readdirSync, readSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { writeFileAtomically } from '../base/atomic-files.ts';
import type { Column, DeclaredColumn } from '../base/column.ts';
import { writeCsv } from '../base/csv.ts';
import { describeKey } from './columns/hyperparameters.ts';
import { type DeclaredTable, tables } from './columns/registry.ts';

/**
 * Writes a table, and what it is into `datapackage.json`.
 *
 * @param file within the results folder
 * @returns its path
 * @throws {DataError} if the folder cannot be written
 */
export function writeTable<Row>(
  results: string,
  file: string,
  columns: readonly Column<Row>[],
  rows: Iterable<Row>,
): string {
  const path = join(results, file);
  writeCsv(path, columns, rows);
  describeTables(results);
  return path;
}

/** Writes `datapackage.json` anew. @throws {DataError} if the folder cannot be written */
export function describeTables(results: string): void {
  const found = tables.flatMap((table) => filesOf(results, table).map((file) => ({ file, table })));
  const resources = found.map(({ file, table }) => resourceOf(results, file, table, found));
  const name = nameOf(basename(resolve(results)));
  writeFileAtomically(
    join(results, 'datapackage.json'),
    `${JSON.stringify({ name, profile: 'tabular-data-package', resources }, null, 1)}\n`,
  );
}

/** The files of one kind that are there. */
function filesOf(results: string, { file }: DeclaredTable): string[] {
  if (!file.includes('*')) return existsSync(join(results, file)) ? [file] : [];
  const [folder, ending] = file.split('/*') as [string, string];
  const names = existsSync(join(results, folder)) ? readdirSync(join(results, folder)) : [];
  return names.filter((name) => name.endsWith(ending)).map((name) => `${folder}/${name}`);
}

function resourceOf(
  results: string,
  file: string,
  { row, columns, key, isOfRuns }: DeclaredTable,
  found: readonly { file: string }[],
) {
  const header = headerOf(join(results, file));
  const toRuns = { fields: 'run_id', reference: { resource: 'runs', fields: 'run_id' } };
  const hasRuns = isOfRuns && found.some((other) => other.file === 'runs.csv');
  return {
    name: nameOf(file.replace(/^.*\//, '').replace(/\.csv$/, '')),
    path: file,
    profile: 'tabular-data-resource',
    description: `a row: ${row}`,
    format: 'csv',
    mediatype: 'text/csv',
    encoding: 'utf-8',
    schema: {
      fields: fieldsOf(header, columns),
      missingValues: [''],
      ...(key.every((name) => header.includes(name)) && { primaryKey: key }),
      ...(hasRuns && { foreignKeys: [toRuns] }),
    },
  };
}

/** A column of an older version may be anything. */
function fieldsOf(header: readonly string[], columns: readonly DeclaredColumn[]) {
  return header.map((name) => {
    const column = columns.find((each) => each.name === name);
    if (column) return fieldOf(column);
    return name.includes('.') ? fieldOf({ name, ...describeKey(name) }) : { name, type: 'any' };
  });
}

function fieldOf({ name, type, unit, meaning }: DeclaredColumn) {
  return { name, type, description: meaning, ...(unit && { unit }) };
}

/** Small letters, as the format asks for. */
function nameOf(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9._-]+/g, '-');
}

const mostHeaderBytes = 65_536;

/** The names of a table's columns; ours need no quotes. */
function headerOf(path: string): string[] {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(mostHeaderBytes);
    const [line = ''] = bytes
      .toString('utf8', 0, readSync(file, bytes, 0, mostHeaderBytes, 0))
      .split(/\r?\n/, 1);
    return line.split(',');
  } finally {
    closeSync(file);
  }
}
