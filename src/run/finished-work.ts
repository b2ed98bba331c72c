/** What of a run is already there, and whether it may be used. */
import { ConfigError, DataError, explain } from '../base/errors.ts';
import { runIdOf } from '../config/run-id.ts';
import type { RunConfig } from '../config/schema.ts';
import type { Task } from '../downstream/tasks/task.ts';
import { selectTasks } from '../downstream/tasks/task-selection.ts';
import { missingCells } from '../results/finetune-cells.ts';
import { isFinished, obstacleToWeights } from '../results/recorded-weights.ts';
import { checkpointsFolder, isDone, type RunRecord, readRecord, runFolder } from '../results/run-folder.ts';
import { listCheckpoints } from '../training/checkpoint.ts';
import { finetunedFractions, hasAllScores } from './finetune-checkpoints.ts';
import { hasKept } from './measured-checkpoints.ts';
import { hasAllPairs } from './pairs-checkpoints.ts';
import { hasAllProbes, probedFractions, probedTasks } from './probe-checkpoints.ts';

/**
 * How far a cell is: `partial` has training behind it, `failed` is not repeated unless that is asked for, and of
 * `unusable` the weights are damaged, or not those of its record.
 */
export type CellState = 'finished' | 'partial' | 'failed' | 'unusable' | 'new';

/** @param needsWeights whether a finished run with all its scores counts as `new` if its weights are gone */
export function stateOf(config: RunConfig, results: string, { needsWeights = true } = {}): CellState {
  const folder = runFolder(results, runIdOf(config));
  const record = readRecord(folder);
  if (record?.status === 'failed') return 'failed';
  if (obstacleToWeights(folder, record) !== undefined) return 'unusable';
  const { tasks } = selectTasks(config.finetune.tasks, config.finetune);
  if (isComplete(folder, config, tasks)) return 'finished';
  if (listCheckpoints(checkpointsFolder(folder)).length > 0) return 'partial';
  return !needsWeights && record && isScored(record, config, tasks) ? 'finished' : 'new';
}

/** Whether a run is finished, its weights are here, and it has every score that a configuration asks for. */
export function isComplete(folder: string, config: RunConfig, tasks: readonly Task[]): boolean {
  // A run that kept fewer checkpoints than are measured has to say so itself: it cannot make them up.
  const measured = [...finetunedFractions(config), ...probedFractions(config), ...config.pairs.at];
  const hasScores = () =>
    hasAllScores(folder, config, tasks) && hasAllProbes(folder, config) && hasAllPairs(folder, config);
  return isFinished(folder) && hasKept(folder, measured) && hasScores();
}

/**
 * Whether a record is of a finished run that has every score, as far as a record can tell: each task and set was scored at
 * as many checkpoints as are asked for. Their steps are in the checkpoints, which are not here.
 */
function isScored({ progress, ...record }: RunRecord, config: RunConfig, tasks: readonly Task[]): boolean {
  if (!isDone(record) || !progress) return false;
  const countCheckpoints = (rows: readonly { checkpointStep: number }[]) =>
    new Set(rows.map(({ checkpointStep }) => checkpointStep)).size;
  const onWay = probedFractions(config).length;
  const isProbed = ({ name }: Task) =>
    countCheckpoints(record.probe.filter(({ task }) => task === name)) >= 1 + onWay + 1; // untrained, …, last
  const hasPairs = (name: string) =>
    countCheckpoints(record.pairs.filter(({ set }) => set === name)) >= 1 + config.pairs.at.length + 1;
  const finetuned = finetunedFractions(config).length + 1 + (config.finetune.untrained ? 1 : 0);
  const isTuned = ({ name }: Task) =>
    countCheckpoints(record.finetune.filter(({ task }) => task === name)) >= finetuned;
  const hasSeeds = missingCells(config, tasks, progress.step, record.finetune).length === 0;
  return (
    hasSeeds &&
    tasks.every(isTuned) &&
    probedTasks(config).every(isProbed) &&
    config.pairs.sets.every(hasPairs)
  );
}

/** @throws {DataError} if a run's newest weights are damaged, or its record is of others */
export function assertUsableWeights(folder: string): void {
  const obstacle = obstacleToWeights(folder, readRecord(folder));
  if (obstacle !== undefined) throw new DataError(obstacle);
}

/** @throws {ConfigError} if a run was begun on another engine: its numbers would not be those of this one */
export function assertSameEngine(folder: string, description: string): void {
  if (hasSameEngine(folder, description)) return;
  const { engine } = readRecord(folder)!;
  const remedy =
    'choose it with --engine, name another folder with --out, or start again with run --overwrite';
  throw new ConfigError(explain(folder, `the engine that it began on, ${engine}`, description, remedy));
}

/** Whether a run that has begun, if one has, was begun on this engine, on whatever number of threads. */
export function hasSameEngine(folder: string, description: string): boolean {
  const record = readRecord(folder);
  if (!record || listCheckpoints(checkpointsFolder(folder)).length === 0) return true;
  return withoutThreads(record.engine) === withoutThreads(description);
}

function withoutThreads(engine: string): string {
  return engine.replace(/, \d+ threads?$/, '');
}
