/**
 * Checkpoints: a folder that appears whole, with a checksum of every file, from which a run goes on as if it
 * had never stopped.
 *
 * Random streams need no saving: they are functions of (seed, purpose, step).
 */
import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../base/atomic-files.ts';
import { DataError, explain } from '../base/errors.ts';
import { unwritable } from '../base/system-errors.ts';
import { type NetworkPlan, offsetName, weightKey } from '../model/network.ts';
import { type NamedTensor, readSafetensors, writeSafetensors } from '../model/safetensors.ts';
import { type ParameterStore, weightOf } from '../optim/parameter-store.ts';
import { assertUnchanged, checksumsOf, readManifest, writeManifest } from './checkpoint-manifest.ts';
import type { TrainingState } from './training-state.ts';

export interface CheckpointContent {
  runId: string;
  state: TrainingState;
  /** Length of curves.csv when the checkpoint was made. */
  curvesBytes: number;
  plans: readonly NetworkPlan[];
  store: ParameterStore;
}

const optimiserName = 'optimiser.safetensors';
/** The newest, and the one before it in case the disk lost part of the newest. */
export const keptCheckpoints = 2;

/**
 * Writes `<folder>/step-<n>` aside and renames it, then removes all but the newest two.
 *
 * One safetensors file per network, each complete: tables that networks share are written into both.
 *
 * @throws {DataError} if the disk is full or the folder read-only; earlier checkpoints are untouched
 */
export function saveCheckpoint(folder: string, content: CheckpointContent): string {
  const path = checkpointPath(folder, content.state.step);
  writeCheckpoint(path, content);
  // Those of a process that was killed while it wrote one, too.
  const halves = readdirSync(folder).filter((name) => /^(step|kept)-[\d.]+\.part$/.test(name));
  const old = listCheckpoints(folder).slice(0, -keptCheckpoints);
  for (const path of [...old, ...halves.map((name) => join(folder, name))])
    rmSync(path, { recursive: true, force: true });
  return path;
}

/** Where the checkpoint of a step is. */
export function checkpointPath(folder: string, step: number): string {
  return join(folder, `step-${String(step).padStart(9, '0')}`);
}

/** Writes a checkpoint aside and renames it. @throws {DataError} as saveCheckpoint */
export function writeCheckpoint(path: string, content: CheckpointContent): void {
  const aside = `${path}.part`;
  try {
    rmSync(aside, { recursive: true, force: true });
    makeFolder(aside);
    const names = writeTensorFiles(aside, content);
    const { runId, state, curvesBytes } = content;
    writeManifest(aside, { runId, ...state, curvesBytes, files: checksumsOf(aside, names) });
    rmSync(path, { recursive: true, force: true });
    renameSync(aside, path);
  } catch (error) {
    if (existsSync(aside)) rmSync(aside, { recursive: true, force: true });
    throw unwritable(path, error);
  }
}

/** Paths of the whole checkpoints of a run, oldest first. */
export function listCheckpoints(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => /^step-\d+$/.test(name));
  return names.sort().map((name) => join(folder, name));
}

/**
 * Reads a checkpoint into a store and an optimiser.
 *
 * @returns how far the run was, and the length of curves.csv then
 * @throws {DataError} if a file is missing, changed, or of another run
 */
export function loadCheckpoint(
  path: string,
  into: Omit<CheckpointContent, 'state' | 'curvesBytes'>,
): { state: TrainingState; curvesBytes: number } {
  const { runId, curvesBytes, files, ...state } = readManifest(path);
  if (runId !== into.runId) {
    const remedy = 'resume with the configuration that began this run, or choose another --out';
    throw new DataError(explain(path, `a checkpoint of run ${into.runId}`, runId, remedy));
  }
  assertUnchanged(path, files);
  loadNetworks(path, into.plans, into.store);
  const tensors = readSafetensors(join(path, optimiserName));
  copyTensor(path, tensors, 'firstMoments', into.store.moments.first);
  copyTensor(path, tensors, 'secondMoments', into.store.moments.second);
  return { state, curvesBytes };
}

/**
 * Reads the weights of all networks from a checkpoint, after checking them.
 *
 * @throws {DataError} if a file is missing or changed, or a weight is missing or of another shape
 */
export function loadWeights(
  path: string,
  plans: readonly NetworkPlan[],
  store: ParameterStore,
): Pick<TrainingState, 'step' | 'flops' | 'officialFlops'> {
  const { files, ...progress } = readProgress(path);
  assertUnchanged(path, files);
  loadNetworks(path, plans, store);
  return progress;
}

/** How far a run was at a checkpoint, without reading its weights. @throws {DataError} if its description is damaged */
export function readProgress(path: string) {
  const { step, flops, officialFlops, files } = readManifest(path);
  return { step, flops, officialFlops, files };
}

/**
 * One network's tensors from a checkpoint, after checking them, and the run that they are of.
 *
 * @throws {DataError} if a file is missing or changed
 */
export function readNetwork(
  path: string,
  name: string,
): { runId: string; tensors: Map<string, NamedTensor> } {
  const { runId, files } = readManifest(path);
  assertUnchanged(path, files);
  return { runId, tensors: readSafetensors(join(path, `${name}.safetensors`)) };
}

function writeTensorFiles(folder: string, { plans, store }: CheckpointContent): string[] {
  for (const plan of plans)
    writeSafetensors(join(folder, `${plan.name}.safetensors`), tensorsOf(plan, store));
  const { first, second } = store.moments;
  writeSafetensors(join(folder, optimiserName), [
    { name: 'firstMoments', shape: [first.length], values: first },
    { name: 'secondMoments', shape: [second.length], values: second },
  ]);
  return [...plans.map(({ name }) => `${name}.safetensors`), optimiserName];
}

/** All that a network declares; where that is an offset to another's weight, the sum of the two as well. */
function tensorsOf(plan: NetworkPlan, store: ParameterStore): NamedTensor[] {
  const declared = plan.parameters.map(({ name, shape }) => ({ name, shape }));
  const sums = (plan.offsets?.names ?? []).map((name) => {
    const { shape } = plan.parameters.find((spec) => spec.name === offsetName(name))!;
    return { name, shape };
  });
  return [...declared, ...sums].map(({ name, shape }) => ({
    name,
    shape,
    values: weightOf(store, plan, name),
  }));
}

function loadNetworks(path: string, plans: readonly NetworkPlan[], store: ParameterStore): void {
  for (const plan of plans) {
    const tensors = readSafetensors(join(path, `${plan.name}.safetensors`));
    for (const { name } of plan.parameters)
      copyTensor(path, tensors, name, store.value(weightKey(plan, name)));
  }
}

function copyTensor(path: string, tensors: Map<string, NamedTensor>, name: string, into: Float32Array): void {
  const tensor = tensors.get(name);
  if (tensor?.values.length !== into.length) {
    const got = tensor ? `${tensor.values.length} numbers` : 'none';
    throw new DataError(
      explain(`${path}: ${name}`, `${into.length} numbers`, got, 'it is of another configuration'),
    );
  }
  into.set(tensor.values);
}
