/** Which checkpoints of a run are probed: the untrained encoder, those kept on the way, and the last. */
import type { RunConfig } from '../config/schema.ts';
import type { Task } from '../downstream/tasks/task.ts';
import { selectTasks } from '../downstream/tasks/task-selection.ts';
import { createParameterStore } from '../optim/parameter-store.ts';
import { regimeNamed } from '../regimes/registry.ts';
import { untrained } from '../results/finetune-cells.ts';
import { readRecord } from '../results/run-folder.ts';
import { loadWeights, readProgress } from '../training/checkpoint.ts';
import { isTrainedAt, keptPath, untrainedStore } from './measured-checkpoints.ts';
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
  const tasks = probedTasks(context.config);
  if (tasks.length === 0) return;
  await probeUntrained(context);
  await probeKept(context, 1);
  await probeMissing({ ...context, tasks, checkpoint: last });
}

/** Of the checkpoints that were kept on the way, those up to a fraction of the training. */
export async function probeKept(context: RunContext, until: number): Promise<void> {
  const { folder, config, plans } = context;
  const tasks = probedTasks(config);
  if (tasks.length === 0) return;
  for (const path of keptPaths(folder, config, until)) {
    const store = createParameterStore(plans);
    await probeMissing({ ...context, tasks, store, checkpoint: loadWeights(path, plans, store) });
  }
}

export async function probeUntrained(context: RunContext): Promise<void> {
  const tasks = probedTasks(context.config);
  await probeMissing({ ...context, tasks, store: untrainedStore(context), checkpoint: untrained });
}

/** Whether a finished run that kept its checkpoints has every score that a configuration asks for. */
export function hasAllProbes(folder: string, config: RunConfig): boolean {
  const tasks = probedTasks(config);
  if (tasks.length === 0) return true;
  const { probe, progress } = readRecord(folder)!;
  const kept = keptPaths(folder, config).map((path) => readProgress(path).step);
  const steps = [untrained.step, ...kept, progress!.step];
  return tasks.every((task) => steps.every((step) => !lacksProbe(probe, step, task)));
}

/** Those of `probe.at` at which the encoder has been trained. */
export function probedFractions({ regime, probe: { at } }: RunConfig): number[] {
  const known = regimeNamed(regime);
  return at.filter((fraction) => isTrainedAt(known, known.encoder, fraction));
}

function keptPaths(folder: string, config: RunConfig, until = 1): string[] {
  const fractions = probedFractions(config).filter((fraction) => fraction <= until);
  return fractions.map((fraction) => keptPath(folder, 'probe.at', fraction));
}
