/** Reads curves.csv back, for the report: millions of rows in seconds, the peaks and ends of every curve kept. */
import { existsSync, readFileSync } from 'node:fs';
import { CsvError, parse } from 'csv-parse/sync';
import { placesKept } from '../base/curve-thinning.ts';
import { DataError, explain } from '../base/errors.ts';
import type { CurvePoint } from '../report/report-data.ts';
import { curveColumns } from '../training/curve-rows.ts';

/** By metric. */
export type Curves = Record<string, CurvePoint[]>;

/** Points of a curve that are kept: more than a screen shows. */
const mostPoints = 400;
const columns = curveColumns.map(({ name }) => name);

/** The rows of one metric, found but not read: their values, and where each begins in the text. */
interface FoundRows {
  values: number[];
  starts: number[];
}

/**
 * @returns by run id; nothing if there is no file
 * @throws {DataError} that names the line
 */
export function readCurves(path: string): Map<string, Curves> {
  if (!existsSync(path)) return new Map();
  const text = withoutQuotes(path, readFileSync(path, 'utf8'));
  const found = [...rowsIn(path, text)];
  return new Map(found.map(([runId, metrics]) => [runId, curvesOf(path, text, metrics)]));
}

function curvesOf(path: string, text: string, metrics: Map<string, FoundRows>): Curves {
  const curves = [...metrics].map(([metric, { values, starts }]) => {
    const kept = placesKept(values, mostPoints);
    return [metric, kept.map((place) => pointAt(path, text, starts[place]!, values[place]!))] as const;
  });
  return Object.fromEntries(curves);
}

/** Finds the rows without cutting them up: only few are kept, and a parser of all of CSV took four times as long. */
function rowsIn(path: string, text: string): Map<string, Map<string, FoundRows>> {
  const runs = new Map<string, Map<string, FoundRows>>();
  for (let start = assertHeader(path, text); start < text.length; ) {
    const [end, next] = endOfLine(text, start);
    const beforeValue = text.lastIndexOf(',', end - 1);
    const beforeMetric = text.lastIndexOf(',', beforeValue - 1);
    const value = Number(text.slice(beforeValue + 1, end));
    if (beforeMetric < start || Number.isNaN(value)) throw badRow(path, text, start);
    // A value that is not defined is an empty cell, and no point.
    if (beforeValue + 1 < end) {
      const runId = text.slice(start, text.indexOf(',', start));
      const rows = rowsOf(runs, runId, text.slice(beforeMetric + 1, beforeValue));
      rows.values.push(value);
      rows.starts.push(start);
    }
    start = next;
  }
  return runs;
}

/** @returns where the line ends, and where the next begins */
function endOfLine(text: string, start: number): [number, number] {
  const newline = text.indexOf('\n', start);
  const stop = newline < 0 ? text.length : newline;
  return [text[stop - 1] === '\r' ? stop - 1 : stop, stop + 1];
}

function rowsOf(runs: Map<string, Map<string, FoundRows>>, runId: string, metric: string): FoundRows {
  const metrics = runs.get(runId) ?? new Map<string, FoundRows>();
  const rows = metrics.get(metric) ?? { values: [], starts: [] };
  if (rows.values.length === 0) runs.set(runId, metrics.set(metric, rows));
  return rows;
}

function pointAt(path: string, text: string, start: number, value: number): CurvePoint {
  const cells = text.slice(start, endOfLine(text, start)[0]).split(',');
  const [, step, tokens, trainFlops] = cells.map(Number) as [number, number, number, number];
  if (cells.length !== columns.length || ![step, tokens, trainFlops].every(Number.isFinite))
    throw badRow(path, text, start);
  return { step, tokens, trainFlops, value };
}

/** @returns where the first row begins */
function assertHeader(path: string, text: string): number {
  if (text === '') return 0; // of a run that is just beginning
  const [header = ''] = text.split(/\r?\n/, 1);
  if (header === columns.join()) return text.indexOf('\n') < 0 ? text.length : text.indexOf('\n') + 1;
  throw new DataError(explain(`${path}:1`, `the header ${columns.join()}`, header, remedy));
}

const remedy = 'the file was changed or cut off; restore it';

function badRow(path: string, text: string, start: number): DataError {
  const line = text.slice(0, start).split('\n').length;
  const rule = `a row of ${columns.length} columns, the last a number`;
  return new DataError(
    explain(`${path}:${line}`, rule, text.slice(start, endOfLine(text, start)[0]), remedy),
  );
}

/** Files of ours have no quotes; one that a spreadsheet has saved may, and then a parser of all of CSV takes them off. */
function withoutQuotes(path: string, text: string): string {
  if (!text.includes('"')) return text;
  try {
    const rows = parse(text, { bom: true, relax_column_count: true }) as string[][];
    return rows.map((row) => row.join()).join('\n');
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new DataError(explain(`${path}:${error.lines ?? 1}`, 'a table in CSV', error.code, remedy));
  }
}
