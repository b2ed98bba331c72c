/**
 * Tab-separated values as GLUE has them: a line is a row, a tab ends a cell, and quotation marks are text. Reads
 * tables of the user's own too. Knows nothing of what the columns mean.
 */
import { DataError, explain, oneOf } from '../../base/errors.ts';
import { readText } from '../../data/corpora/text-file.ts';

export interface TsvTable {
  path: string;
  columns: readonly string[];
  rows: TsvRow[];
  /** Lines left out because their number of columns is wrong; none unless that was asked for. */
  malformed: number;
}

export interface TsvRow {
  /** From 1, in the file. */
  line: number;
  cells: readonly string[];
}

export interface TsvOptions {
  /** Names for a file without a header line; without them the first line names the columns. */
  columns?: readonly string[] | undefined;
  /** Leave lines with a wrong number of columns out instead of stopping at the first. */
  skipsMalformed?: boolean | undefined;
}

/**
 * All rows of a file. A byte-order mark, Windows line ends and empty lines at the end are no part of it.
 *
 * @throws {DataError} with file and line, if the file is missing, empty, not UTF-8 or not rectangular
 */
export function readTsv(path: string, options: TsvOptions = {}): TsvTable {
  const lines = readText(path)
    .replace(/[\r\n]+$/, '')
    .split('\n')
    .map(cellsOf);
  const columns = options.columns ?? lines[0]!.map((name) => name.trim());
  const first = options.columns ? 0 : 1;
  if (lines.length === first || (lines.length === 1 && lines[0]!.join('').trim() === '')) {
    throw new DataError(explain(path, 'at least one row', 'none', 'check that the file is complete'));
  }
  const rows = lines.slice(first).map((cells, i) => ({ line: first + i + 1, cells }));
  const isWhole = ({ cells }: TsvRow) => cells.length === columns.length;
  const broken = rows.find((row) => !isWhole(row));
  if (broken && !options.skipsMalformed) {
    throw new DataError(
      `${path}:${broken.line}: expected ${columns.length} columns, got ${broken.cells.length}`,
    );
  }
  const whole = rows.filter(isWhole);
  return { path, columns, rows: whole, malformed: rows.length - whole.length };
}

/** The place of a column. @throws {DataError} if the table has no such column, with those it has */
export function columnOf({ path, columns }: TsvTable, name: string): number {
  const place = columns.indexOf(name);
  if (place >= 0) return place;
  throw new DataError(`${path}:1: expected a column "${name}", got ${columns.map(quote).join(', ')}`);
}

/** The place of a label among a task's. @throws {DataError} with file and line, if it is none of them */
export function labelAt(labels: readonly string[], label: string, where: string): number {
  const place = labels.indexOf(label);
  if (place >= 0) return place;
  throw new DataError(explain(where, oneOf(labels), label));
}

/** A number in a range. @throws {DataError} with file and line, if it is no such number */
export function numberWithin([low, high]: readonly [number, number], text: string, where: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (value >= low && value <= high) return value;
  throw new DataError(explain(where, `a number in [${low}, ${high}]`, text));
}

function cellsOf(line: string): string[] {
  return line.replace(/\r$/, '').split('\t');
}

function quote(name: string): string {
  return JSON.stringify(name);
}
