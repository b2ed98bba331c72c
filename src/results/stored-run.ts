/** A run that is on disk: finding it, its configuration, its checkpoint and its text again. */
import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { ConfigError, DataError, explain } from '../base/errors.ts';
import type { RunConfig } from '../config/schema.ts';
import { type PreparationContext, prepareData } from '../data/preparation/prepared-data.ts';
import { Vocabulary } from '../data/vocabulary/vocabulary.ts';
import { listCheckpoints } from '../training/checkpoint.ts';
import { assertLastRecorded, assertRecorded, uncheckedWeights } from './recorded-weights.ts';
import { checkpointsFolder, isDone, type RunRecord, readRecord } from './run-folder.ts';

export interface StoredRun {
  folder: string;
  /** Its configuration file. */
  configFile: string;
  /** The checkpoint that was named, or the last one; none in a results folder that came without. */
  checkpoint: string | undefined;
  /** Whether a checkpoint was named, and not its run. */
  isNamed: boolean;
}

/**
 * @param path the folder of a run, or of one of its checkpoints
 * @throws {ConfigError} if it is neither
 */
export function findRun(path: string): StoredRun {
  const named = resolve(path);
  const isCheckpoint = basename(dirname(named)) === 'checkpoints';
  const folder = isCheckpoint ? join(path, '..', '..') : path;
  const configFile = join(folder, 'config.yaml');
  if (!existsSync(configFile)) {
    const remedy = 'name a folder like results/<name>/runs/<id>';
    throw new ConfigError(explain(configFile, 'the configuration of a run', 'no file', remedy));
  }
  if (isCheckpoint && !existsSync(join(named, 'checkpoint.json'))) {
    const names = listCheckpoints(checkpointsFolder(folder)).map((found) => basename(found));
    const remedy = names.length > 0 ? `there are ${names.join(', ')}` : 'run it first';
    throw new ConfigError(explain(path, 'a checkpoint', 'none', remedy));
  }
  const checkpoint = isCheckpoint ? path : listCheckpoints(checkpointsFolder(folder)).at(-1);
  return { folder, configFile, checkpoint, isNamed: isCheckpoint };
}

/**
 * The checkpoint whose weights are to be used: the one that was named, or the last one.
 *
 * @param note is told if the record of an older version cannot say which weights it is of
 * @throws {DataError} if there is none, or the run's record is of other weights
 */
export function checkpointOf(stored: StoredRun, note: (line: string) => void): string {
  const { folder, checkpoint } = stored;
  if (checkpoint === undefined)
    throw new DataError(
      explain(checkpointsFolder(folder), 'a checkpoint', 'none', 'git keeps no weights; run it first'),
    );
  const record = readRecord(folder);
  if (!record) return checkpoint;
  if (stored.isNamed || !isDone(record)) assertRecorded(record, checkpoint);
  else assertLastRecorded(record, checkpoint);
  const unchecked = uncheckedWeights(record);
  if (unchecked) note(unchecked);
  return checkpoint;
}

/** @throws {DataError} if the run has no record */
export function recordOf({ folder }: StoredRun): RunRecord {
  const record = readRecord(folder);
  if (record) return record;
  throw new DataError(explain(join(folder, 'run.json'), 'the record of a run', 'no file', 'run it first'));
}

/** @throws {DataError} if the text is not what the run was trained on */
export function assertSameText({ folder }: StoredRun, hash: string): void {
  const expected = readRecord(folder)?.dataHash;
  if (expected === undefined || expected === hash) return;
  const remedy = 'the corpus or a data setting has changed since; restore it';
  throw new DataError(
    explain(folder, `the text that it was trained on (${expected.slice(0, 12)}…)`, hash.slice(0, 12), remedy),
  );
}

/**
 * The entries that a run's weights are of: from their file, or trained again on the run's text, which the cache has.
 *
 * @throws {DataError} if the text has changed since
 */
export async function vocabularyOf(
  { data }: RunConfig,
  { vocabularyHash }: RunRecord,
  prepare: PreparationContext,
): Promise<Vocabulary> {
  const vocabulary = data.vocabularyFile
    ? Vocabulary.load(data.vocabularyFile)
    : (await prepareData(data, prepare)).vocabulary;
  if (vocabulary.hash === vocabularyHash) return vocabulary;
  const rule = `the vocabulary of the run (${vocabularyHash.slice(0, 12)}…)`;
  const remedy = 'the text or its file has changed since; restore it';
  throw new DataError(explain('data', rule, vocabulary.hash.slice(0, 12), remedy));
}
