/** The folder of one run: its configuration, its record, its curves, its checkpoints. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomically } from '../base/atomic-files.ts';
import { readJsonFile } from '../base/json-file.ts';
import { isMapping } from '../config/yaml-file.ts';
import type { FinetuneRow } from '../downstream/finetune/finetune-table.ts';
import type { PairsRow } from '../downstream/pairs/pairs-table.ts';
import type { ProbeRow } from '../downstream/probe/probe-table.ts';
import type { TrainingState } from '../training/training-state.ts';
import type { Provenance } from './provenance.ts';
import { assertRecord } from './record-shape.ts';

export type RunStatus =
  | 'training'
  | 'fine-tuning'
  | 'finished'
  /** Finished, but what came out predicts no better than frequencies do. */
  | 'failed-to-learn'
  | 'interrupted'
  | 'failed';

/** What a training left in its folder. Records of older versions do not say it. */
export interface RecordedFiles {
  /** SHA-256 of curves.csv. */
  curves: string;
  /** By the name of their folder. */
  checkpoints: Record<string, RecordedCheckpoint>;
}

export interface RecordedRung extends Omit<TrainingState, 'window' | 'stage'> {
  /** The fraction of the training. */
  at: number;
  metrics: Record<string, number>;
}

export interface RecordedCheckpoint {
  step: number;
  /** Of its files' names and checksums: equal weights and moments have an equal one. */
  sha256: string;
}

/** Everything about a run but its curves: `run.json`. */
export interface RunRecord {
  runId: string;
  /** The arm's name: the configuration's. */
  name: string;
  regime: string;
  seed: number;
  status: RunStatus;
  /** Why it failed, failed to learn, or was interrupted. */
  reason?: string;
  engine: string;
  threads: number;
  /** None of an import, which says nothing of its text. */
  dataHash?: string;
  vocabularyHash: string;
  /** Of the process that ended the training: fine-tuning may be a later one's. */
  provenance: Provenance;
  /** Where the weights come from, if no training here made them. */
  importedFrom?: string;
  /** The run whose weights it began with, if not with fresh ones. */
  startedFrom?: string;
  /** Of a fork: the fraction of that run's training at which it began. */
  forkedAt?: number;
  /** Weights that each network owns. */
  parameters: Record<string, number>;
  startedAt: string;
  finishedAt?: string;
  progress?: Omit<TrainingState, 'window' | 'stage'>;
  /** Where it has paused on its way (`run --until`), and its evaluation there. */
  rungs?: RecordedRung[];
  /** What the training left, so that nothing else is taken for it. */
  files?: RecordedFiles;
  compileSeconds?: number;
  peakMemoryBytes?: number;
  /** The last evaluation. */
  metrics: Record<string, number>;
  /** What a reader must know before believing the metrics. */
  warnings: string[];
  /** Scores of this run's settings and of any other that `finetune` was asked for. */
  finetune: FinetuneRow[];
  /** The settings of the run's own configuration. */
  finetuneHash: string;
  /** Scores of frozen probes; records of older versions have none. */
  probe: ProbeRow[];
  /** Scores on minimal pairs; records of older versions have none. */
  pairs: PairsRow[];
}

export function runFolder(results: string, runId: string): string {
  return join(results, 'runs', runId);
}

export function checkpointsFolder(folder: string): string {
  return join(folder, 'checkpoints');
}

export function writeRecord(folder: string, record: RunRecord): void {
  writeFileAtomically(join(folder, 'run.json'), `${JSON.stringify(record, null, 2)}\n`);
}

/** @throws {DataError} if there is a record that cannot be read */
export function readRecord(folder: string): RunRecord | undefined {
  const path = join(folder, 'run.json');
  if (!existsSync(path)) return undefined;
  const remedy = 'restore it; deleted, run --resume makes it again, without its fine-tuning scores';
  const record = readJsonFile(path, 'a run record', remedy);
  return (isMapping(record) ? { probe: [], pairs: [], ...record } : record) as unknown as RunRecord;
}

/** Folders of all runs in a results folder, by name. What is written aside, and left so by a kill, is no run. */
export function runFolders(results: string): string[] {
  const folder = join(results, 'runs');
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => !name.startsWith('.'));
  return names.sort().map((name) => join(folder, name));
}

/**
 * Records of all runs in a results folder, in the order of their ids.
 *
 * @throws {DataError} if one cannot be read, or says that it is another run's
 */
export function readRecords(results: string): RunRecord[] {
  return runFolders(results).flatMap((folder) => {
    const record = readRecord(folder);
    if (record) assertRecord(folder, record);
    return record ?? [];
  });
}

/** Whether everything was done that the run was to do. */
export function isDone({ status }: RunRecord): boolean {
  return status === 'finished' || status === 'failed-to-learn';
}
