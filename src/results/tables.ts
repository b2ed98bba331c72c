/** Assembles the tables of a results folder from its run folders: one reader, so writers never meet. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomically } from '../base/atomic-files.ts';
import { type Column, csvHeader, writeCsv } from '../base/csv.ts';
import { lockWhenFree } from '../base/folder-lock.ts';
import { finetuneColumns } from '../downstream/finetune/finetune-table.ts';
import { pairsColumns } from '../downstream/pairs/pairs-table.ts';
import { probeColumns } from '../downstream/probe/probe-table.ts';
import { heldOutNames } from '../metrics/measurements.ts';
import { curveColumns } from '../training/curve-rows.ts';
import { readRunCurves } from './recorded-weights.ts';
import { type RunRecord, readRecords, runFolder } from './run-folder.ts';

export const runColumns: readonly Column<RunRecord>[] = [
  { name: 'run_id', value: (run) => run.runId },
  { name: 'name', value: (run) => run.name },
  { name: 'regime', value: (run) => run.regime },
  { name: 'seed', value: (run) => run.seed },
  { name: 'status', value: (run) => run.status },
  { name: 'reason', value: (run) => run.reason },
  { name: 'warnings', value: (run) => run.warnings.join('; ') || undefined },
  { name: 'steps', value: (run) => run.progress?.step },
  { name: 'tokens', value: (run) => run.progress?.tokens },
  { name: 'train_flops', value: (run) => run.progress?.flops },
  { name: 'official_flops', value: (run) => run.progress?.officialFlops },
  { name: 'elapsed_seconds', value: (run) => rounded(run.progress?.elapsedSeconds) },
  { name: 'compile_seconds', value: (run) => rounded(run.compileSeconds) },
  { name: 'peak_memory_bytes', value: (run) => run.peakMemoryBytes },
  { name: 'parameters', value: (run) => Object.values(run.parameters).reduce((a, b) => a + b, 0) },
  ...heldOutNames.map((name) => ({ name, value: (run: RunRecord) => run.metrics[name] })),
  { name: 'engine', value: (run) => run.engine },
  { name: 'threads', value: (run) => run.threads },
  { name: 'data_hash', value: (run) => run.dataHash },
  { name: 'git_commit', value: (run) => run.provenance.gitCommit },
  { name: 'git_is_dirty', value: (run) => run.provenance.gitIsDirty },
  { name: 'node', value: (run) => run.provenance.node },
  { name: 'cpu', value: (run) => run.provenance.machine.cpu },
  { name: 'started_at', value: (run) => run.startedAt },
  { name: 'finished_at', value: (run) => run.finishedAt },
];

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
 * folders, and from nothing else.
 *
 * @returns the records
 * @throws {DataError} if a record cannot be read, or curves are not those of their record
 */
export function writeTables(results: string): RunRecord[] {
  const records = readRecords(results);
  writeCsv(join(results, 'runs.csv'), runColumns, records);
  writeCsv(
    join(results, 'finetune.csv'),
    finetuneColumns,
    records.flatMap((record) => record.finetune),
  );
  writeScores(
    join(results, 'probe.csv'),
    probeColumns,
    records.flatMap(({ probe }) => probe),
  );
  writeScores(
    join(results, 'pairs.csv'),
    pairsColumns,
    records.flatMap(({ pairs }) => pairs),
  );
  writeCurves(results, records);
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

function rounded(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : Number(seconds.toFixed(3));
}
