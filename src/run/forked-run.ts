/**
 * A run that begins where another one was (`training.fork`): its weights, its optimiser's moments and its place in the
 * data. Runs that fork from one checkpoint read the same batches with the same masks, so that they are pairs.
 *
 * The schedule is the fork's own: warm-up and decay begin at the fork. Tokens, operations and seconds of the run before
 * count as the fork's own.
 */
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { ConfigError, explain } from '../base/errors.ts';
import type { RunConfig } from '../config/schema.ts';
import type { Vocabulary } from '../data/vocabulary/vocabulary.ts';
import { createParameterStore, type ParameterStore, type StoredParameter } from '../optim/parameter-store.ts';
import type { Regime } from '../regimes/regime.ts';
import { networksOf, regimeNamed } from '../regimes/registry.ts';
import { assertRecorded } from '../results/recorded-weights.ts';
import { checkpointsFolder } from '../results/run-folder.ts';
import { readStoredConfig } from '../results/stored-config.ts';
import { listCheckpoints, loadCheckpoint } from '../training/checkpoint.ts';
import { keptCheckpoint } from '../training/kept-checkpoints.ts';
import type { TrainingState } from '../training/training-state.ts';
import { assertSameVocabulary, findOtherRun, type OtherRun } from './source-run.ts';

const where = 'training.fork';

/** The run that another one forks from, and where. */
export interface Parent {
  run: OtherRun;
  config: RunConfig;
  checkpoint: string;
}

/**
 * @throws {ConfigError} if there is no such run or checkpoint, or the two would not read the same batches
 * @throws {DataError} if the run's record is of other weights
 */
export function findParent(config: RunConfig): Parent | undefined {
  const { fork } = config.training;
  if (fork === undefined) return undefined;
  const run = findOtherRun(`${where}.run`, fork.run);
  const parent = { run, config: readStoredConfig(fork.run), checkpoint: checkpointAt(fork) };
  assertRecorded(run.record, parent.checkpoint);
  assertOneStage(config);
  assertOneStage(parent.config);
  assertSameBatches(config, parent.config);
  return parent;
}

function checkpointAt({ run, at }: { run: string; at: number }): string {
  const folder = checkpointsFolder(run);
  const path = at === 1 ? listCheckpoints(folder).at(-1)! : keptCheckpoint(folder, at);
  if (existsSync(path)) return path;
  const remedy = `train ${basename(run)} with training.keepAt=[${at}]`;
  throw new ConfigError(explain(`${where}.at`, `a checkpoint ${path}`, 'none', remedy));
}

function assertOneStage({ regime }: RunConfig): void {
  const { stages } = regimeNamed(regime);
  if (stages.length === 1) return;
  const rule = 'regimes of one stage on both sides of a fork';
  throw new ConfigError(explain(where, rule, regime, 'start from its weights with training.startFrom'));
}

/** What the place in the data means: the order of examples is the seed's, a step reads a batch. */
function assertSameBatches(config: RunConfig, parent: RunConfig): void {
  const keys = {
    seed: [config.seed, parent.seed],
    'training.batchSize': [config.training.batchSize, parent.training.batchSize],
    'objective.maskFraction': [config.objective.maskFraction, parent.objective.maskFraction],
  };
  for (const [key, [own, other]] of Object.entries(keys)) {
    if (own === other) continue;
    throw new ConfigError(explain(key, `${other}, as in the run of training.fork`, own));
  }
}

/**
 * @returns puts the parent's weights and moments in the place of fresh ones, and says how far it was
 * @throws {ConfigError} if text, vocabulary or a weight differs from the parent's
 * @throws {DataError} if the checkpoint is damaged
 */
export function readParent(
  { run, config, checkpoint }: Parent,
  { mayBeginFresh }: Regime,
  { vocabulary, hash }: { vocabulary: Vocabulary; hash: string },
): (store: ParameterStore) => TrainingState {
  assertSameVocabulary(run, vocabulary);
  assertSameText(run, hash);
  const plans = networksOf(config, vocabulary.size);
  return (store) => {
    const parent = createParameterStore(plans);
    const { state } = loadCheckpoint(checkpoint, { runId: run.record.runId, plans, store: parent });
    for (const parameter of store.parameters) copyParameter(parameter, parent, store, mayBeginFresh);
    return state;
  };
}

function assertSameText({ record }: OtherRun, hash: string): void {
  if (record.dataHash === hash) return;
  const rule = `the text of ${record.runId} (${String(record.dataHash).slice(0, 12)}…)`;
  throw new ConfigError(explain(where, rule, hash.slice(0, 12), 'give both runs the same data section'));
}

function copyParameter(
  { key, spec, start, end }: StoredParameter,
  parent: ParameterStore,
  store: ParameterStore,
  mayBeginFresh: Regime['mayBeginFresh'],
): void {
  const found = parent.parameters.find((other) => other.key === key);
  if (!found && mayBeginFresh?.(spec.name)) return;
  if (String(found?.spec.shape) !== String(spec.shape)) {
    const got = found ? `[${found.spec.shape}]` : 'none';
    const remedy = 'make regime, model and generator those of the run that it forks from';
    throw new ConfigError(explain(`${where}: ${key}`, `a weight [${spec.shape}]`, got, remedy));
  }
  const arraysOf = ({ values, moments }: ParameterStore) => [values, moments.first, moments.second];
  const from = arraysOf(parent);
  for (const [i, array] of arraysOf(store).entries())
    array.subarray(start, end).set(from[i]!.subarray(found!.start, found!.end));
}
