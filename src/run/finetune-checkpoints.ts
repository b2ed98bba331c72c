/** Which checkpoints of a run are fine-tuned: the untrained one if asked for, those kept on the way, the last. */
import type { RunConfig } from '../config/schema.ts';
import type { Task } from '../downstream/tasks/task.ts';
import { createParameterStore } from '../optim/parameter-store.ts';
import { regimeNamed } from '../regimes/registry.ts';
import { missingCells, untrained } from '../results/finetune-cells.ts';
import { readRecord } from '../results/run-folder.ts';
import { loadWeights, readProgress } from '../training/checkpoint.ts';
import { isTrainedAt, keptPath, untrainedStore } from './measured-checkpoints.ts';
import { type FinetuningContext, finetuneMissing } from './run-finetuning.ts';

type RunContext = Omit<FinetuningContext, 'checkpoint' | 'predictions' | 'keepWeights'>;

/**
 * Fine-tunes a trained run wherever its record lacks a score.
 *
 * @param context.store the last weights
 * @throws {ConfigError} if a checkpoint that `finetune.at` asks for was not kept
 */
export async function finetuneCheckpoints(context: RunContext): Promise<void> {
  if (context.tasks.length === 0) return;
  const rest = { ...context, predictions: false, keepWeights: false };
  if (context.config.finetune.untrained)
    await finetuneMissing({ ...rest, store: untrainedStore(context), checkpoint: untrained });
  await finetuneKept(context, 1);
  await finetuneMissing({ ...rest, checkpoint: context.record.progress! });
}

/** Of the checkpoints that were kept on the way, those up to a fraction of the training. */
export async function finetuneKept(context: RunContext, until: number): Promise<void> {
  const { folder, config, tasks, plans } = context;
  if (tasks.length === 0) return;
  for (const path of keptPaths(folder, config, until)) {
    const store = createParameterStore(plans);
    const checkpoint = loadWeights(path, plans, store);
    await finetuneMissing({ ...context, predictions: false, keepWeights: false, store, checkpoint });
  }
}

/** Whether a finished run that kept its checkpoints has every score that a configuration asks for. */
export function hasAllScores(folder: string, config: RunConfig, tasks: readonly Task[]): boolean {
  if (tasks.length === 0) return true;
  const { finetune, progress } = readRecord(folder)!;
  const kept = keptPaths(folder, config).map((path) => readProgress(path).step);
  const steps = [...(config.finetune.untrained ? [untrained.step] : []), ...kept, progress!.step];
  return steps.every((step) => missingCells(config, tasks, step, finetune).length === 0);
}

/** Those of `finetune.at` at which the encoder has been trained. */
export function finetunedFractions({ regime, finetune: { at } }: RunConfig): number[] {
  const known = regimeNamed(regime);
  return at.filter((fraction) => isTrainedAt(known, known.encoder, fraction));
}

function keptPaths(folder: string, config: RunConfig, until = 1): string[] {
  const fractions = finetunedFractions(config).filter((fraction) => fraction <= until);
  return fractions.map((fraction) => keptPath(folder, 'finetune.at', fraction));
}
