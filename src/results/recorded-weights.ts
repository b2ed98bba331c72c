/**
 * Whether the weights in a run's folder are those that its record speaks of.
 *
 * Records and checkpoints travel apart: a record comes from git, a folder is copied or restored in part. A score that is
 * made from other weights would then stand under a training that did not make them.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { sha256 } from '../base/atomic-files.ts';
import { DataError, explain } from '../base/errors.ts';
import { listCheckpoints } from '../training/checkpoint.ts';
import { type Manifest, readManifest } from '../training/checkpoint-manifest.ts';
import {
  checkpointsFolder,
  isDone,
  type RecordedCheckpoint,
  type RecordedFiles,
  type RunRecord,
  readRecord,
} from './run-folder.ts';

/**
 * A run's curves.
 *
 * @throws {DataError} if the file was changed since the training ended
 */
export function readRunCurves(folder: string, { files }: Pick<RunRecord, 'files'>): Buffer {
  const path = join(folder, 'curves.csv');
  const bytes = readFileSync(path);
  if (files === undefined || sha256(bytes) === files.curves) return bytes;
  const got = `${sha256(bytes).slice(0, 12)}…`;
  const rule = `content with SHA-256 ${files.curves.slice(0, 12)}…, as in run.json`;
  throw new DataError(explain(path, rule, got, 'the file was changed after the training; restore it'));
}

/** Called when a training has ended. */
export function describeFiles(folder: string): RecordedFiles {
  const checkpoints = checkpointsFolder(folder);
  const names = readdirSync(checkpoints).filter((name) => /^(step|kept)-.*\d$/.test(name));
  const described = names.sort().map((name) => [name, describe(readManifest(join(checkpoints, name)))]);
  return {
    curves: sha256(readFileSync(join(folder, 'curves.csv'))),
    checkpoints: Object.fromEntries(described),
  };
}

function describe({ step, files }: Manifest): RecordedCheckpoint {
  return { step, sha256: sha256(JSON.stringify(Object.entries(files).sort())) };
}

/**
 * That a checkpoint of a run, its last one or any other, is on the run's record.
 *
 * @throws {DataError} if the record speaks of other weights, or the checkpoint's description is damaged
 */
export function assertRecorded(record: RunRecord, checkpoint: string): void {
  const manifest = readManifest(checkpoint);
  const found = describe(manifest);
  const name = basename(resolve(checkpoint));
  const { runId, files, progress } = record;
  if (manifest.runId !== runId) throw foreign(checkpoint, `a checkpoint of run ${runId}`, manifest.runId);
  if (progress && found.step > progress.step)
    throw foreign(checkpoint, `no more steps than ${progress.step}, as in run.json`, found.step);
  if (!files) return;
  const recorded = files.checkpoints[name];
  if (!recorded)
    throw foreign(checkpoint, `one of ${Object.keys(files.checkpoints).join(', ')}, as in run.json`, name);
  if (recorded.sha256 === found.sha256) return;
  const rule = `weights with SHA-256 ${recorded.sha256.slice(0, 12)}…, as in run.json`;
  throw foreign(checkpoint, rule, `${found.sha256.slice(0, 12)}…`);
}

/**
 * That the newest checkpoint of a run is the one that its training ended with.
 *
 * @throws {DataError} as `assertRecorded`
 */
export function assertLastRecorded(record: RunRecord, checkpoint: string): void {
  assertRecorded(record, checkpoint);
  if (!isBeforeEnd(record, checkpoint)) return;
  const { step } = readManifest(checkpoint);
  throw foreign(checkpoint, `step ${record.progress!.step}, as in run.json`, step);
}

/** Whether the training that a record speaks of went on after a checkpoint. */
export function isBeforeEnd({ progress }: RunRecord, checkpoint: string): boolean {
  return progress !== undefined && readManifest(checkpoint).step < progress.step;
}

/**
 * Why a run cannot go on from its newest checkpoint under its record; undefined if it can, or there is none. It can go on
 * from one before the end if that is on record: the last one was lost, or deleted as damaged.
 */
export function obstacleToWeights(folder: string, record: RunRecord | undefined): string | undefined {
  const newest = listCheckpoints(checkpointsFolder(folder)).at(-1);
  if (newest === undefined || record === undefined) return undefined;
  const assertUsable = record.files ? assertRecorded : assertLastRecorded;
  try {
    assertUsable(record, newest);
    return undefined;
  } catch (error) {
    if (error instanceof DataError) return error.message;
    throw error;
  }
}

/** Whether a run is done and its last weights are here (a results folder from git has no checkpoints). */
export function isFinished(folder: string): boolean {
  const record = readRecord(folder);
  const newest = listCheckpoints(checkpointsFolder(folder)).at(-1);
  return record !== undefined && isDone(record) && newest !== undefined && !isBeforeEnd(record, newest);
}

/** What to say of weights that a record of an older version cannot be compared with; undefined of all others. */
export function uncheckedWeights({ runId, files, progress }: RunRecord): string | undefined {
  if (files || !progress) return undefined;
  return `${runId}: its record is of an older version and has no checksum of the weights; only their step was checked`;
}

/** Going on from such weights is no remedy: their run's curves are not here either. */
function foreign(checkpoint: string, expected: string, got: unknown): DataError {
  const remedy = `restore the weights of that record, or delete ${dirname(checkpoint)} to train again`;
  return new DataError(explain(checkpoint, expected, got, remedy));
}
