/**
 * The checkpoints of a run that are measured after its training, and what every measurement is given of one. Fine-tuning,
 * probes and minimal pairs all come here; what they measure is theirs.
 */
import { existsSync } from 'node:fs';
import { ConfigError, explain } from '../base/errors.ts';
import type { RunConfig } from '../config/schema.ts';
import type { PreparedData } from '../data/preparation/prepared-data.ts';
import type { Engine } from '../engine/program.ts';
import type { NetworkName, NetworkPlan } from '../model/network.ts';
import { countTokens } from '../objectives/batch-source.ts';
import { createParameterStore, initialiseParameters, type ParameterStore } from '../optim/parameter-store.ts';
import type { Progress } from '../progress/progress.ts';
import type { Regime } from '../regimes/regime.ts';
import type { CheckpointState } from '../results/finetune-cells.ts';
import { assertRecorded } from '../results/recorded-weights.ts';
import { checkpointsFolder, type RunRecord, readRecord } from '../results/run-folder.ts';
import { keptCheckpoint } from '../training/kept-checkpoints.ts';

/** A run, and the checkpoint of it that is measured. */
export interface MeasurementContext {
  folder: string;
  /** Gets the scores. */
  record: RunRecord;
  config: RunConfig;
  regime: Regime;
  plans: readonly NetworkPlan[];
  /** The checkpoint's weights, or those of the untrained networks. */
  store: ParameterStore;
  checkpoint: CheckpointState;
  data: PreparedData;
  engine: Engine;
  cacheFolder: string;
  progress: Progress;
  signal: AbortSignal;
}

/** All networks as the run's seed draws them, also those that came from another run. */
export function untrainedStore({
  plans,
  config,
  data,
}: Pick<MeasurementContext, 'plans' | 'config' | 'data'>): ParameterStore {
  const store = createParameterStore(plans);
  initialiseParameters(store, config.seed, countTokens(data.train, data.vocabulary));
  return store;
}

/** Whether a network has been trained by then: two-stage's discriminator only begins where its generator ends. */
export function isTrainedAt({ stages }: Regime, network: NetworkName, fraction: number): boolean {
  const before = stages.findIndex(({ trains }) => trains.includes(network));
  return fraction > before / stages.length;
}

/** Whether a run kept the checkpoints of some fractions of its training. */
export function hasKept(folder: string, fractions: readonly number[]): boolean {
  return fractions.every((fraction) => existsSync(keptCheckpoint(checkpointsFolder(folder), fraction)));
}

/**
 * Where the checkpoint of a fraction is.
 *
 * @param key the key that asks for it, such as `probe.at`
 * @throws {ConfigError} if it was not kept
 * @throws {DataError} if the run's record is of other weights
 */
export function keptPath(folder: string, key: string, fraction: number): string {
  const path = keptCheckpoint(checkpointsFolder(folder), fraction);
  if (existsSync(path)) return recorded(folder, path);
  const remedy = 'it is kept while a run trains; train the run again with run --overwrite';
  throw new ConfigError(explain(`${key}: ${fraction}`, `a checkpoint ${path}`, 'none', remedy));
}

function recorded(folder: string, checkpoint: string): string {
  const record = readRecord(folder);
  if (record) assertRecorded(record, checkpoint);
  return checkpoint;
}
