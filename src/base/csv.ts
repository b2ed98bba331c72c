/**
 * CSV files that spreadsheets and pandas read alike: RFC 4180, UTF-8, a header always.
 *
 * Every table is written here, from typed rows. What is read back are a run's curves alone: for the report, and for event
 * files (`results/stored-curves.ts`, `training/event-log.ts`).
 */
import {
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { type Options, stringify } from 'csv-stringify/sync';
import { makeFolder, writeFileAtomically } from './atomic-files.ts';
import type { Column } from './column.ts';
import { DataError, explain } from './errors.ts';
import { unwritable } from './system-errors.ts';

/** A CSV file that grows by rows. */
export interface OpenCsv<Row> {
  /** The operating system has all rows before this returns (or none, on an error): `kill -9` loses none. */
  append(rows: Iterable<Row>): void;
  /** The file's length, flushed to the disk first: a checkpoint that records it survives a power cut. */
  bytes(): number;
  /** Whether what is written is still at the path: on many systems an open file can be deleted. */
  isThere(): boolean;
  close(): void;
}

const lineEnd = '\r\n';

const format: Options = {
  record_delimiter: lineEnd,
  // Without this, a lone \n inside a cell would go unquoted.
  quote_record_delimiter: true,
  // A leading apostrophe before = + - @ tab and CR in text; numbers stay as they are.
  escape_formulas: true,
  cast: { boolean: String },
};

/**
 * Writes a whole table, header first, so that a reader sees the old file or the new.
 *
 * Numbers are written as JavaScript's shortest text that reads back as the same number.
 *
 * @throws {DataError} if the folder cannot be written or the disk is full; the old file is untouched
 */
export function writeCsv<Row>(path: string, columns: readonly Column<Row>[], rows: Iterable<Row>): void {
  writeFileAtomically(path, csvHeader(columns), rowsText(columns, rows));
}

/**
 * Opens a table for appending.
 *
 * @param options.resumeAtBytes what `bytes()` gave at the checkpoint; later rows are cut off. Without it, or
 *   with 0, the file starts anew with its header, replacing an old one.
 * @throws {DataError} if the file is shorter than `resumeAtBytes`, does not end a row there, has other columns,
 *   or cannot be written; it is left as it was
 */
export function openCsv<Row>(
  path: string,
  columns: readonly Column<Row>[],
  options: { resumeAtBytes?: number } = {},
): OpenCsv<Row> {
  const { resumeAtBytes = 0 } = options;
  const header = csvHeader(columns);
  const file = resumeAtBytes > 0 ? openToResume(path, header, resumeAtBytes) : openAnew(path);
  let length = resumeAtBytes;

  function write(text: string): void {
    const bytes = Buffer.from(text);
    try {
      for (let at = 0; at < bytes.length; ) {
        at += writeSync(file, bytes, at, bytes.length - at, length + at);
      }
    } catch (error) {
      cutBack(file, length);
      throw unwritable(path, error);
    }
    length += bytes.length;
  }

  function flush(): void {
    try {
      fsyncSync(file);
    } catch (error) {
      throw unwritable(path, error);
    }
  }

  try {
    if (length === 0) write(header);
  } catch (error) {
    closeSync(file);
    throw error;
  }
  return {
    append: (rows) => write(rowsText(columns, rows)),
    bytes: () => {
      flush();
      return length;
    },
    isThere: () => isAt(path, file),
    close: () => closeSync(file),
  };
}

function isAt(path: string, file: number): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  const { ino, dev } = fstatSync(file);
  return found?.ino === ino && found.dev === dev;
}

/** A full disk takes part of a row; given back, the file stays whole rows. */
function cutBack(file: number, length: number): void {
  try {
    ftruncateSync(file, length);
  } catch {
    // The error of the write is the one to tell.
  }
}

/** The first line of a table. */
export function csvHeader<Row>(columns: readonly Column<Row>[]): string {
  return stringify([columns.map((column) => column.name)], format);
}

function rowsText<Row>(columns: readonly Column<Row>[], rows: Iterable<Row>): string {
  return stringify(
    Array.from(rows, (row) => columns.map((column) => column.value(row))),
    format,
  );
}

function openAnew(path: string): number {
  try {
    makeFolder(dirname(path));
    return openSync(path, 'w');
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** Opens the file and cuts it to `length` bytes, after checking that it is the one the checkpoint spoke of. */
function openToResume(path: string, header: string, length: number): number {
  const file = openExisting(path, length);
  try {
    assertResumable(path, file, header, length);
    ftruncateSync(file, length);
    return file;
  } catch (error) {
    closeSync(file);
    throw unwritable(path, error);
  }
}

function openExisting(path: string, length: number): number {
  try {
    return openSync(path, 'r+');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw unwritable(path, error);
    throw new DataError(explain(path, `a file of at least ${length} bytes`, 'no file', startAgain));
  }
}

function assertResumable(path: string, file: number, header: string, length: number): void {
  const { size } = fstatSync(file);
  if (size < length) {
    throw new DataError(explain(path, `at least ${length} bytes, as at the checkpoint`, size, startAgain));
  }
  const foundHeader = readText(file, 0, Buffer.byteLength(header));
  if (foundHeader !== header) {
    throw new DataError(explain(path, `the header ${header.trim()}`, foundHeader.trim(), startAgain));
  }
  const end = readText(file, length - lineEnd.length, lineEnd.length);
  if (end !== lineEnd) throw new DataError(explain(path, `a row's end at byte ${length}`, end, startAgain));
}

const startAgain = 'the file was changed since the checkpoint; start the run again with run --overwrite';

function readText(file: number, at: number, length: number): string {
  const bytes = Buffer.alloc(length);
  return bytes.toString('utf8', 0, readSync(file, bytes, 0, length, at));
}
