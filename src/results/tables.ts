/** Assembles the tables of a results folder from its run folders: one reader, so writers never meet. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomically } from '../base/atomic-files.ts';
import type { Column } from '../base/column.ts';
import { csvHeader, writeCsv } from '../base/csv.ts';
import { lockWhenFree } from '../base/folder-lock.ts';
import { finetuneColumns } from '../downstream/finetune/finetune-table.ts';
import { pairsColumns } from '../downstream/pairs/pairs-table.ts';
import { probeColumns } from '../downstream/probe/probe-table.ts';
import { curveColumns } from '../training/curve-rows.ts';
import { differingKeys } from './columns/hyperparameters.ts';
import { runColumns } from './columns/run-columns.ts';
import { describeTables } from './data-package.ts';
import { markMainMetrics } from './main-metrics.ts';
import { readRunCurves } from './recorded-weights.ts';
import { type RunRecord, readRecords, runFolder } from './run-folder.ts';

const lockName = '.tables-lock';
const longestWaitSeconds = 120;

/**
 * Does something with the tables of a results folder while no other process writes them. Of several processes the last
 * one then reads the runs of all, so that no row is lost.
 *
 * @throws {DataError} if another process holds them for minutes
 */
export async function underTablesLock<Result>(
  results: string,
  work: () => Result | Promise<Result>,
): Promise<Result> {
  const unlock = lockWhenFree(results, lockName, longestWaitSeconds);
  try {
    return await work();
  } finally {
    unlock();
  }
}

/** `writeTables` by itself. @throws {DataError} as `underTablesLock` and `writeTables` */
export function assembleTables(results: string): RunRecord[] {
  const unlock = lockWhenFree(results, lockName, longestWaitSeconds);
  try {
    return writeTables(results);
  } finally {
    unlock();
  }
}

/**
 * Writes runs.csv, curves.csv, finetune.csv and, where there are such scores, probe.csv and pairs.csv anew from the run
 * folders, and from nothing else; and what they are into datapackage.json.
 *
 * @returns the records
 * @throws {DataError} if a record cannot be read, or curves are not those of their record
 * @throws {ConfigError} if a run's configuration is no YAML
 */
export function writeTables(results: string): RunRecord[] {
  const records = readRecords(results);
  const pathOf = (name: string) => join(results, name);
  const finetune = records.flatMap((record) => markMainMetrics(record.finetune));
  const probe = records.flatMap((record) => markMainMetrics(record.probe));
  const pairs = records.flatMap((record) => record.pairs);
  writeCsv(pathOf('runs.csv'), runColumns(differingKeys(results, records)), records);
  writeCsv(pathOf('finetune.csv'), finetuneColumns, finetune);
  writeScores(pathOf('probe.csv'), probeColumns, probe);
  writeScores(pathOf('pairs.csv'), pairsColumns, pairs);
  writeCurves(results, records);
  describeTables(results);
  return records;
}

/** A run that has just begun has no file, or an empty one, or one whose last row is not whole yet. */
function writeCurves(results: string, records: readonly RunRecord[]): void {
  const header = csvHeader(curveColumns);
  const rows = records.map((record) => {
    const folder = runFolder(results, record.runId);
    if (!existsSync(join(folder, 'curves.csv'))) return '';
    const bytes = readRunCurves(folder, record);
    return bytes.subarray(bytes.indexOf('\n') + 1, bytes.lastIndexOf('\n') + 1);
  });
  writeFileAtomically(join(results, 'curves.csv'), header, ...rows);
}

/** A table that not every results folder has. */
function writeScores<Row>(path: string, columns: readonly Column<Row>[], rows: readonly Row[]): void {
  if (rows.length > 0 || existsSync(path)) writeCsv(path, columns, rows);
}
