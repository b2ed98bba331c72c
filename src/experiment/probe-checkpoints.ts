/** Which checkpoints of a run are probed: the untrained encoder, those kept on the way, and the last. */
import { existsSync } from 'node:fs';
import { ConfigError, explain } from '../base/errors.ts';
import type { RunConfig } from '../config/schema.ts';
import type { Task } from '../finetune/task.ts';
import { selectTasks } from '../finetune/task-selection.ts';
import { countTokens } from '../objectives/batch-source.ts';
import { createParameterStore, initialiseParameters } from '../optim/parameter-store.ts';
import { regimeNamed } from '../regimes/registry.ts';
import { loadWeights, readProgress } from '../training/checkpoint.ts';
import { keptCheckpoint } from '../training/kept-checkpoints.ts';
import { untrained } from './finetune-cells.ts';
import { checkpointsFolder, readRecord } from './run-folder.ts';
import { lacksProbe, type ProbeContext, probeMissing } from './run-probes.ts';

type RunContext = Omit<ProbeContext, 'tasks' | 'checkpoint'>;

/** The tasks that a configuration probes. @throws {ConfigError} as `selectTasks` */
export function probedTasks({ probe, finetune }: RunConfig): Task[] {
  return selectTasks(probe.tasks, finetune).tasks;
}

/**
 * Probes a trained run wherever its record lacks a score.
 *
 * @param context.store the last weights
 * @param last where they are from
 * @throws {ConfigError} if a checkpoint that `probe.at` asks for was not kept
 */
export async function probeRun(context: RunContext, last: ProbeContext['checkpoint']): Promise<void> {
  const { folder, config, plans } = context;
  const tasks = probedTasks(config);
  if (tasks.length === 0) return;
  await probeUntrained(context);
  for (const path of keptPaths(folder, config)) {
    const store = createParameterStore(plans);
    await probeMissing({ ...context, tasks, store, checkpoint: loadWeights(path, plans, store) });
  }
  await probeMissing({ ...context, tasks, checkpoint: last });
}

/** The encoder as the run's seed draws it. */
export async function probeUntrained(context: RunContext): Promise<void> {
  const { plans, config, data } = context;
  const store = createParameterStore(plans);
  initialiseParameters(store, config.seed, countTokens(data.train, data.vocabulary));
  await probeMissing({ ...context, tasks: probedTasks(config), store, checkpoint: untrained });
}

/** Whether a finished run kept the checkpoints, and has every score, that a configuration asks for. */
export function hasAllProbes(folder: string, config: RunConfig): boolean {
  const paths = fractionsOf(config).map((fraction) => pathOf(folder, fraction));
  if (!paths.every((path) => existsSync(path))) return false;
  const tasks = probedTasks(config);
  if (tasks.length === 0) return true;
  const { probe, progress } = readRecord(folder)!;
  const steps = [0, progress!.step, ...paths.map((path) => readProgress(path).step)];
  return tasks.every((task) => steps.every((step) => !lacksProbe(probe, step, task)));
}

/** Two-stage's encoder only begins where its generator ends. */
function fractionsOf({ regime, probe: { at } }: RunConfig): number[] {
  const { stages, encoder } = regimeNamed(regime);
  const before = stages.findIndex(({ trains }) => trains.includes(encoder));
  return at.filter((fraction) => fraction > before / stages.length);
}

function keptPaths(folder: string, config: RunConfig): string[] {
  return fractionsOf(config).map((fraction) => {
    const path = pathOf(folder, fraction);
    if (existsSync(path)) return path;
    const remedy = 'it is kept while a run trains; train the run anew with --overwrite';
    throw new ConfigError(explain(`probe.at: ${fraction}`, `a checkpoint ${path}`, 'none', remedy));
  });
}

function pathOf(folder: string, fraction: number): string {
  return keptCheckpoint(checkpointsFolder(folder), fraction);
}
