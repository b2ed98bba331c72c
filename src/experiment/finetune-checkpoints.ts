/** Which checkpoints of a run are fine-tuned: the last, and those kept on the way for scores against compute. */
import { existsSync } from 'node:fs';
import { ConfigError, explain } from '../base/errors.ts';
import type { RunConfig } from '../config/schema.ts';
import type { Task } from '../finetune/task.ts';
import { createParameterStore } from '../optim/parameter-store.ts';
import { regimeNamed } from '../regimes/registry.ts';
import { loadWeights, readProgress } from '../training/checkpoint.ts';
import { keptCheckpoint } from '../training/kept-checkpoints.ts';
import { missingCells } from './finetune-cells.ts';
import { type FinetuningContext, finetuneMissing } from './run-finetuning.ts';
import { checkpointsFolder, readRecord } from './run-folder.ts';

/**
 * Fine-tunes a trained run wherever its record lacks a score.
 *
 * @param context.store the last weights
 * @throws {ConfigError} if a checkpoint that `finetune.at` asks for was not kept
 */
export async function finetuneCheckpoints(
  context: Omit<FinetuningContext, 'checkpoint' | 'predictions' | 'keepWeights'>,
): Promise<void> {
  const { folder, config, tasks, record, plans } = context;
  if (tasks.length === 0) return;
  for (const path of keptPaths(folder, config)) {
    const store = createParameterStore(plans);
    const checkpoint = loadWeights(path, plans, store);
    await finetuneMissing({ ...context, store, checkpoint, predictions: false, keepWeights: false });
  }
  await finetuneMissing({ ...context, checkpoint: record.progress!, predictions: false, keepWeights: false });
}

/** Whether a finished run has every score that a configuration asks for. */
export function hasAllScores(folder: string, config: RunConfig, tasks: readonly Task[]): boolean {
  if (tasks.length === 0) return true;
  const { finetune, progress } = readRecord(folder)!;
  const steps = [progress!.step, ...keptPaths(folder, config).map((path) => readProgress(path).step)];
  return steps.every((step) => missingCells(config, tasks, step, finetune).length === 0);
}

/** Those of `finetune.at` at which the encoder has been trained: two-stage's only begins where its generator ends. */
export function finetunedFractions({ regime, finetune: { at } }: RunConfig): number[] {
  const { stages, encoder } = regimeNamed(regime);
  const before = stages.findIndex(({ trains }) => trains.includes(encoder));
  return at.filter((fraction) => fraction > before / stages.length);
}

function keptPaths(folder: string, config: RunConfig): string[] {
  return finetunedFractions(config).map((fraction) => {
    const path = keptCheckpoint(checkpointsFolder(folder), fraction);
    if (existsSync(path)) return path;
    const remedy = 'it is kept while a run trains; train the run anew with --overwrite';
    throw new ConfigError(explain(`finetune.at: ${fraction}`, `a checkpoint ${path}`, 'none', remedy));
  });
}
