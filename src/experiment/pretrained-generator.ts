/** The generator that a run does not train but takes from another run, as it was left there. */
import { basename } from 'node:path';
import { ConfigError, explain } from '../base/errors.ts';
import type { RunConfig } from '../config/schema.ts';
import type { Vocabulary } from '../data/vocabulary.ts';
import type { NetworkPlan } from '../model/network.ts';
import type { NamedTensor } from '../model/safetensors.ts';
import type { ParameterStore } from '../optim/parameter-store.ts';
import { regimeNamed } from '../regimes/registry.ts';
import { listCheckpoints, readNetwork } from '../training/checkpoint.ts';
import { checkpointsFolder, isFinished, readRecord } from './run-folder.ts';

export interface PretrainedGenerator {
  folder: string;
  vocabularyHash: string;
  tensors: Map<string, NamedTensor>;
}

const where = 'generator.checkpoint';

/**
 * The masked language model that another run trained, where the regime takes one.
 *
 * @throws {ConfigError} if `generator.checkpoint` is not the folder of a finished run under its own name
 * @throws {DataError} if its checkpoint is damaged
 */
export function findGenerator({ regime, generator }: RunConfig): PretrainedGenerator | undefined {
  if (!regimeNamed(regime).pretrained) return undefined;
  const folder = generator.checkpoint!;
  if (!isFinished(folder)) {
    const remedy = 'name a folder like results/<name>/runs/<id> that holds checkpoints';
    throw new ConfigError(explain(where, 'the folder of a finished run', folder, remedy));
  }
  const record = readRecord(folder)!;
  const { predictor } = regimeNamed(record.regime);
  const { runId, tensors } = readNetwork(listCheckpoints(checkpointsFolder(folder)).at(-1)!, predictor);
  if (runId !== basename(folder)) {
    const remedy = 'give the folder its own name back: it says what the generator is';
    throw new ConfigError(explain(where, `a folder called ${runId}`, basename(folder), remedy));
  }
  return { folder, vocabularyHash: record.vocabularyHash, tensors };
}

/** @throws {ConfigError} if the generator is of another vocabulary or size than the run plans */
export function assertFits(
  { tensors, vocabularyHash }: PretrainedGenerator,
  plan: NetworkPlan,
  vocabulary: Vocabulary,
): void {
  if (vocabularyHash !== vocabulary.hash) {
    const rule = `a generator of this vocabulary (${vocabulary.hash.slice(0, 12)}…)`;
    const remedy = 'train both on the same data section';
    throw new ConfigError(explain(where, rule, vocabularyHash.slice(0, 12), remedy));
  }
  for (const { name, shape } of plan.parameters) {
    const found = tensors.get(name)?.shape;
    if (found && String(found) === String(shape)) continue;
    const remedy = 'make model and generator.size those of the run that trained it';
    const got = found ? `[${found}]` : 'none';
    throw new ConfigError(explain(`${where}: ${name}`, `a weight [${shape}]`, got, remedy));
  }
}

/** Copies the generator into a run's weights. */
export function copyGenerator(
  { tensors }: PretrainedGenerator,
  plan: NetworkPlan,
  store: ParameterStore,
): void {
  for (const { name } of plan.parameters) {
    store.value(`${plan.name}/${name}`).set(tensors.get(name)!.values);
  }
}
