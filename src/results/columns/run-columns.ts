/** runs.csv: what a run was, what it cost, its last evaluation, where it ran. */
import { type Column, columnsOf, type DeclaredColumn, rounded } from '../../base/column.ts';
import { armOf } from '../../config/run-id.ts';
import type { DeclaredMeasurement } from '../../metrics/declared-measurement.ts';
import { declarationOf, measurements } from '../../metrics/measurements.ts';
import type { RunRecord } from '../run-folder.ts';
import type { Hyperparameter } from './hyperparameters.ts';

const { text, whole, real, flag, time } = columnsOf<RunRecord>();
const meaningOf = (name: string) => declarationOf(name)!.meaning;

const before: readonly Column<RunRecord>[] = [
  text('run_id', "the run's folder under `runs/`", (run) => run.runId),
  text('arm', 'the arm of the experiment', armOf),
  text('regime', 'how generator and discriminator were trained', (run) => run.regime),
  whole('seed', '', 'the pre-training seed', (run) => run.seed),
];

const after: readonly Column<RunRecord>[] = [
  text(
    'status',
    '`training`, `fine-tuning`, `finished`, `failed-to-learn`, `interrupted` or `failed`',
    (run) => run.status,
  ),
  text('reason', 'why it failed, failed to learn or was interrupted', (run) => run.reason),
  text(
    'warnings',
    'what a reader must know before believing the numbers',
    (run) => run.warnings.join('; ') || undefined,
  ),
  whole('steps', 'steps', 'optimiser steps, all stages together', (run) => run.progress?.step),
  whole('tokens', 'tokens', meaningOf('tokens'), (run) => run.progress?.tokens),
  real('train_flops', 'operations', meaningOf('train_flops'), (run) => run.progress?.flops),
  real('official_flops', 'operations', meaningOf('official_flops'), (run) => run.progress?.officialFlops),
  real('elapsed_seconds', 'seconds', meaningOf('elapsed_seconds'), (run) =>
    rounded(run.progress?.elapsedSeconds),
  ),
  real('compile_seconds', 'seconds', 'time to record and compile the programs', (run) =>
    rounded(run.compileSeconds),
  ),
  whole('peak_memory_bytes', 'bytes', meaningOf('peak_memory_bytes'), (run) => run.peakMemoryBytes),
  whole('parameters', 'weights', 'weights that the networks own', (run) =>
    Object.values(run.parameters).reduce((a, b) => a + b, 0),
  ),
  ...measurements.filter(({ of }) => of === 'held-out text').map(measured),
  text(
    'finetune_settings',
    "hash of the run's own way of fine-tuning; `settings` in finetune.csv",
    (run) => run.finetuneHash,
  ),
  text('engine', 'what executed the training', (run) => run.engine),
  whole('threads', 'threads', 'that executed it', (run) => run.threads),
  text('data_hash', 'of text, vocabulary and packing', (run) => run.dataHash),
  text('git_commit', 'the code that ended the training', (run) => run.provenance.gitCommit),
  flag('git_is_dirty', 'whether tracked files differed from it', (run) => run.provenance.gitIsDirty),
  text('node', 'version of Node', (run) => run.provenance.node),
  text('cpu', 'the processor', (run) => run.provenance.machine.cpu),
  time('started_at', 'when the run began, UTC', (run) => run.startedAt || undefined),
  time('finished_at', 'when everything that it was to do was done, UTC', (run) => run.finishedAt),
];

function measured({ name, unit, meaning }: DeclaredMeasurement): Column<RunRecord> {
  return real(name, unitWords(unit), meaning, (run) => run.metrics[name] ?? undefined);
}

/** A ratio is a fraction that people do not read in percent. */
export function unitWords(unit: DeclaredMeasurement['unit']): string {
  const words: Partial<Record<typeof unit, string>> = { ratio: 'fraction', FLOPs: 'operations', number: '' };
  return words[unit] ?? unit;
}

/** @param differing the keys in which the folder's runs differ, a column each */
export function runColumns(differing: readonly Hyperparameter[] = []): Column<RunRecord>[] {
  const keys = differing.map(({ key, type, meaning, valueIn }): Column<RunRecord> => {
    const column: DeclaredColumn = { name: key, type, meaning };
    return { ...column, value: ({ runId }) => valueIn(runId) };
  });
  return [...before, ...keys, ...after];
}
