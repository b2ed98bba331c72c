/** A finished run whose weights another run takes, as `generator.checkpoint` and `training.startFrom` name it. */
import { basename } from 'node:path';
import { ConfigError, explain } from '../base/errors.ts';
import type { Vocabulary } from '../data/vocabulary/vocabulary.ts';
import type { NetworkName, NetworkPlan } from '../model/network.ts';
import type { NamedTensor } from '../model/safetensors.ts';
import { assertLastRecorded } from '../results/recorded-weights.ts';
import { checkpointsFolder, isDone, type RunRecord, readRecord } from '../results/run-folder.ts';
import { listCheckpoints, readNetwork } from '../training/checkpoint.ts';

export interface OtherRun {
  /** The key that names it. */
  where: string;
  record: RunRecord;
  /** A network's weights as its last checkpoint has them. @throws {DataError} if the checkpoint is damaged */
  tensorsOf(network: NetworkName): Map<string, NamedTensor>;
}

/**
 * @throws {ConfigError} if it is not the folder of a finished run under its own name
 * @throws {DataError} if its weights are not those of its record
 */
export function findOtherRun(where: string, folder: string): OtherRun {
  const record = readRecord(folder);
  const checkpoint = listCheckpoints(checkpointsFolder(folder)).at(-1);
  if (!record || !isDone(record) || checkpoint === undefined) {
    const remedy = 'name a folder like results/<name>/runs/<id> that holds checkpoints';
    throw new ConfigError(explain(where, 'the folder of a finished run', folder, remedy));
  }
  if (record.runId !== basename(folder)) {
    const remedy = 'give the folder its own name back: it says what the weights are';
    throw new ConfigError(explain(where, `a folder called ${record.runId}`, basename(folder), remedy));
  }
  assertLastRecorded(record, checkpoint);
  return { where, record, tensorsOf: (network) => readNetwork(checkpoint, network).tensors };
}

/** @throws {ConfigError} if the run is of another vocabulary */
export function assertSameVocabulary({ where, record }: OtherRun, { hash }: Vocabulary): void {
  const found = record.vocabularyHash;
  if (found === hash) return;
  const rule = `a run of this vocabulary (${hash.slice(0, 12)}…)`;
  const remedy = 'train both on the same data section, or name its file in data.vocabularyFile';
  throw new ConfigError(explain(where, rule, found.slice(0, 12), remedy));
}

/**
 * @param where names the network
 * @throws {ConfigError} naming the first weight of the plan that is missing or has another shape
 */
export function assertShapes(
  where: string,
  { parameters }: NetworkPlan,
  tensors: ReadonlyMap<string, NamedTensor>,
  remedy: string,
): void {
  for (const { name, shape } of parameters) {
    const found = tensors.get(name)?.shape;
    if (String(found) === String(shape)) continue;
    const got = found ? `[${found}]` : 'none';
    throw new ConfigError(explain(`${where}: ${name}`, `a weight [${shape}]`, got, remedy));
  }
}
