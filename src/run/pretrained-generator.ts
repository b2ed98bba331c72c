/** The generator that a run does not train but takes from another run, as it was left there. */
import type { RunConfig } from '../config/schema.ts';
import type { Vocabulary } from '../data/vocabulary/vocabulary.ts';
import type { NetworkPlan } from '../model/network.ts';
import type { NamedTensor } from '../model/safetensors.ts';
import type { ParameterStore } from '../optim/parameter-store.ts';
import { regimeNamed } from '../regimes/registry.ts';
import { assertSameVocabulary, assertShapes, findOtherRun, type OtherRun } from './source-run.ts';

export interface PretrainedGenerator {
  run: OtherRun;
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
  const run = findOtherRun(where, generator.checkpoint!);
  return { run, tensors: run.tensorsOf(regimeNamed(run.record.regime).predictor) };
}

/** @throws {ConfigError} if the generator is of another vocabulary or size than the run plans */
export function assertFits(
  { run, tensors }: PretrainedGenerator,
  plan: NetworkPlan,
  vocabulary: Vocabulary,
): void {
  assertSameVocabulary(run, vocabulary);
  assertShapes(where, plan, tensors, 'make model and generator.size those of the run that trained it');
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
