/** One run from configuration to results: data, pre-training, fine-tuning, record. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomically } from '../base/atomic-files.ts';
import { ConfigError, DataError, explain, InterruptedError } from '../base/errors.ts';
import { lockFolder } from '../base/folder-lock.ts';
import { percent } from '../base/percent.ts';
import { withoutAbsent } from '../base/without-absent.ts';
import { printConfig } from '../config/print.ts';
import { runIdOf } from '../config/run-id.ts';
import type { RunConfig } from '../config/schema.ts';
import { type PreparedData, prepareData } from '../data/preparation/prepared-data.ts';
import { selectPairSets } from '../downstream/pairs/registry.ts';
import { loadOnce, type Task } from '../downstream/tasks/task.ts';
import { selectTasks } from '../downstream/tasks/task-selection.ts';
import { precisionOf } from '../engine/engines.ts';
import type { Engine } from '../engine/program.ts';
import type { Metric } from '../evaluation/metric.ts';
import { type LogFormat, logStored, openEventLog } from '../exchange/tensorboard/run-events.ts';
import type { ParameterStore } from '../optim/parameter-store.ts';
import { type Progress, showPreparation } from '../progress/progress.ts';
import { describeFiles, uncheckedWeights } from '../results/recorded-weights.ts';
import {
  checkpointsFolder,
  type RunRecord,
  readRecord,
  runFolder,
  writeRecord,
} from '../results/run-folder.ts';
import { listCheckpoints } from '../training/checkpoint.ts';
import { createRunModel, type RunModel } from '../training/run-model.ts';
import { train } from '../training/trainer.ts';
import type { TrainingState } from '../training/training-state.ts';
import { finetuneCheckpoints, finetuneKept } from './finetune-checkpoints.ts';
import { assertSameEngine, assertUsableWeights, isComplete } from './finished-work.ts';
import { adoptFirstStage } from './first-stage.ts';
import { assessLearning } from './learning-check.ts';
import { assertOnePrecision } from './one-precision.ts';
import { scoreKept, scorePairs } from './pairs-checkpoints.ts';
import { probedTasks, probeKept, probeRun } from './probe-checkpoints.ts';
import { beginRecord, moveOn } from './record-updates.ts';
import { scoringWork } from './run-work.ts';
import { findOtherRuns, type OtherRuns, readOtherRuns } from './starting-weights.ts';

export interface RunOptions {
  /** The results folder. */
  results: string;
  cacheFolder: string;
  engine: Engine;
  threads: number;
  /** What to do with an unfinished run of the same id: go on, begin anew, or refuse. */
  existing: 'resume' | 'overwrite' | 'refuse';
  /** What is written beside the tables, for a dashboard. */
  log?: LogFormat | undefined;
  progress: Progress;
  /** Where to pause, as a fraction of the training; what it is to be measured by there is measured. */
  until?: number | undefined;
  /** Called once the text is ready: from then on an abort finishes the step, saves and stops. */
  listen(): AbortSignal;
}

interface StartedModel extends RunModel {
  /** What happens to freshly initialised weights. @returns how far the run is that it forks from */
  initialise?(store: ParameterStore): TrainingState | undefined;
}

/**
 * Executes a run, or what is left of it, and keeps its record true at every moment.
 *
 * @throws {ConfigError} if there is an unfinished run that the caller did not ask to touch
 * @throws {InterruptedError} after a signal, with all saved
 */
export async function executeRun(config: RunConfig, options: RunOptions): Promise<RunRecord> {
  const folder = runFolder(options.results, runIdOf(config));
  const { tasks, notes } = selectTasks(config.finetune.tasks, config.finetune);
  const unlock = lockFolder(folder);
  try {
    const isNew = options.existing === 'overwrite';
    const precision = precisionOf(options.engine.description);
    assertOnePrecision(options.results, precision, isNew ? runIdOf(config) : undefined);
    if (!isNew) {
      assertSameEngine(folder, options.engine.description);
      assertUsableWeights(folder);
    }
    if (!isNew && isComplete(folder, config, tasks)) {
      options.progress.note(`${config.name}: already finished, ${folder}`);
      if (options.log) await logStored(folder, config);
      return readRecord(folder)!;
    }
    assertMayContinue(config, folder, options);
    for (const note of notes) options.progress.note(`${config.name}: ${note}`);
    return await executeIn(folder, config, tasks, options);
  } finally {
    unlock();
  }
}

function assertMayContinue(config: RunConfig, folder: string, { existing }: RunOptions): void {
  const checkpoints = checkpointsFolder(folder);
  const newest = listCheckpoints(checkpoints).at(-1);
  if (existing === 'refuse' && newest) {
    const remedy = 'add --resume to go on, or --overwrite to start again';
    throw new ConfigError(
      explain(folder, `no run of ${config.name} with these settings yet`, newest, remedy),
    );
  }
}

async function executeIn(
  folder: string,
  config: RunConfig,
  tasks: readonly Task[],
  options: RunOptions,
): Promise<RunRecord> {
  const { cacheFolder, existing, progress } = options;
  const isBegun = existing !== 'overwrite' && listCheckpoints(checkpointsFolder(folder)).length > 0;
  const others = isBegun ? undefined : findOtherRuns(config);
  if (others) noteUnchecked(others, progress);
  const data = await prepareData(config.data, { cacheFolder, ...showPreparation(progress, config.name) });
  assertEnoughText(config, data);
  assertSameText(folder, data, options);
  if (existing === 'resume') adoptFirstStage(config, data.hash, options);
  // Files that are broken are better known before the training than after it.
  for (const task of [...tasks, ...probedTasks(config)]) loadOnce(task, config.finetune);
  selectPairSets(config.pairs);
  const signal = options.listen();
  const model: StartedModel = createRunModel(config, data);
  if (others) model.initialise = readOtherRuns(others, model.regime, model.plans, data);
  // Only now: whatever can be refused has not been, and what is there may be worth keeping.
  if (existing === 'overwrite') rmSync(checkpointsFolder(folder), { recursive: true, force: true });
  writeFileAtomically(join(folder, 'config.yaml'), printConfig(config, folder));
  // It reads tasks, and what fails is better known before the record is begun.
  const work = scoringWork(config, tasks, model);
  const record = beginRecord(folder, config, model.plans, data, options);
  try {
    const isPaused = await pretrain(folder, record, config, work, model, data, options, signal);
    const { engine, until = 1 } = options;
    const context = { folder, record, config, tasks, ...model, data, engine, cacheFolder, progress, signal };
    if (isPaused) {
      for (const measureKept of [finetuneKept, probeKept, scoreKept]) await measureKept(context, until);
      moveOn(record, 'interrupted', `paused after ${percent(until)} of its training, as was asked`);
      return record;
    }
    await finetuneCheckpoints(context);
    await probeRun(context, record.progress!);
    await scorePairs(context, record.progress!);
    finish(record, config);
    return record;
  } catch (error) {
    const status = error instanceof InterruptedError ? 'interrupted' : 'failed';
    moveOn(record, status, (error as Error).message.split('\n')[0]!);
    throw error;
  } finally {
    record.peakMemoryBytes = Math.max(record.peakMemoryBytes ?? 0, process.resourceUsage().maxRSS * 1024);
    writeRecord(folder, record);
  }
}

function noteUnchecked({ start, parent, generator }: OtherRuns, progress: Progress): void {
  for (const run of [start, parent?.run, generator?.run]) {
    const unchecked = run && uncheckedWeights(run.record);
    if (unchecked) progress.note(unchecked);
  }
}

function finish(record: RunRecord, config: RunConfig): void {
  const { failures } = assessLearning(record.metrics, config);
  record.status = failures.length > 0 ? 'failed-to-learn' : 'finished';
  if (failures.length > 0) record.reason = failures.join('; ');
  else delete record.reason;
  record.finishedAt = new Date().toISOString();
}

/**
 * Known before any training, so said before any training.
 *
 * @throws {DataError} if the text makes less than a batch, or too little held-out text
 */
export function assertEnoughText({ training }: RunConfig, { train, heldOut }: PreparedData): void {
  const more = 'add text, or shorten data.sequenceLength';
  if (train.count < training.batchSize) {
    const rule = `at least one batch (training.batchSize ${training.batchSize}) of training examples`;
    throw new DataError(explain('data', rule, train.count, more));
  }
  if (heldOut.count < 2) {
    const remedy = `${more}, or raise data.heldOutFraction`;
    throw new DataError(explain('data', 'at least 2 held-out examples', heldOut.count, remedy));
  }
}

/** @throws {DataError} if the run would go on with other text than it began with */
function assertSameText(folder: string, { hash }: PreparedData, { existing }: RunOptions): void {
  const isContinued = existing === 'resume' && listCheckpoints(checkpointsFolder(folder)).length > 0;
  const begun = isContinued ? readRecord(folder)?.dataHash : undefined;
  if (begun === undefined || begun === hash) return;
  const remedy = 'the text has changed since; restore it, or start again with run --overwrite';
  throw new DataError(
    explain(folder, `the text that the run began with (${begun.slice(0, 12)}…)`, hash.slice(0, 12), remedy),
  );
}

/** @returns whether it paused before its end */
async function pretrain(
  folder: string,
  record: RunRecord,
  config: RunConfig,
  scoringWork: number,
  model: StartedModel,
  data: PreparedData,
  { engine, existing, log, progress, until }: RunOptions,
  signal: AbortSignal,
): Promise<boolean> {
  const { runId, startedAt } = record;
  const openEvents = log && ((step: number) => openEventLog(folder, config, { step, startedAt, progress }));
  const { state, metrics, compileSeconds, isPaused } = await train({
    runId,
    config,
    ...model,
    data,
    engine,
    folder,
    resume: existing === 'resume',
    progress,
    scoringWork,
    signal,
    ...withoutAbsent({ openEvents, until }),
  });
  const { window: _, stage: __, ...reached } = state;
  if (isPaused) {
    const rung = { at: until!, ...reached, metrics: asRecord(metrics) };
    record.rungs = [...(record.rungs ?? []).filter(({ at }) => at !== until), rung];
    writeRecord(folder, record);
    return true;
  }
  moveOn(record, 'fine-tuning');
  Object.assign(record, {
    progress: reached,
    files: describeFiles(folder),
    compileSeconds: (record.compileSeconds ?? 0) + compileSeconds,
    metrics: asRecord(metrics),
  });
  const { failures, warnings } = assessLearning(record.metrics, config);
  record.warnings = [...failures, ...warnings];
  for (const warning of record.warnings) progress.note(`${config.name}: warning: ${warning}`);
  writeRecord(folder, record);
  return false;
}

function asRecord(metrics: readonly Metric[]): Record<string, number> {
  return Object.fromEntries(
    metrics.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])),
  );
}
