/** Which checkpoints of a run are fine-tuned: the untrained one if asked for, those kept on the way, the last. */
import { existsSync } from 'node:fs';
import { ConfigError, explain } from '../base/errors.ts';
import type { RunConfig } from '../config/schema.ts';
import type { Task } from '../finetune/task.ts';
import { countTokens } from '../objectives/batch-source.ts';
import { createParameterStore, initialiseParameters } from '../optim/parameter-store.ts';
import { regimeNamed } from '../regimes/registry.ts';
import { loadWeights, readProgress } from '../training/checkpoint.ts';
import { keptCheckpoint } from '../training/kept-checkpoints.ts';
import { missingCells, untrained } from './finetune-cells.ts';
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
  const { folder, config, tasks, record, plans, data } = context;
  if (tasks.length === 0) return;
  const rest = { ...context, predictions: false, keepWeights: false };
  if (config.finetune.untrained) {
    const store = createParameterStore(plans);
    initialiseParameters(store, config.seed, countTokens(data.train, data.vocabulary));
    await finetuneMissing({ ...rest, store, checkpoint: untrained });
  }
  for (const path of keptPaths(folder, config)) {
    const store = createParameterStore(plans);
    await finetuneMissing({ ...rest, store, checkpoint: loadWeights(path, plans, store) });
  }
  await finetuneMissing({ ...rest, checkpoint: record.progress! });
}

/** Whether a finished run has every score that a configuration asks for. */
export function hasAllScores(folder: string, config: RunConfig, tasks: readonly Task[]): boolean {
  if (tasks.length === 0) return true;
  const { finetune, progress } = readRecord(folder)!;
  const kept = keptPaths(folder, config).map((path) => readProgress(path).step);
  const steps = [...(config.finetune.untrained ? [untrained.step] : []), ...kept, progress!.step];
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
