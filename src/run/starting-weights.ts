/**
 * Weights that are not fresh when a run begins: those of a run that it continues (`training.startFrom`, which may be
 * an import), those of the run that it forks from, and a frozen generator's.
 *
 * With `startFrom` nothing else is continued: steps, schedule, optimiser, text and masks are those of a new run.
 */
import { ConfigError, explain } from '../base/errors.ts';
import type { RunConfig } from '../config/schema.ts';
import type { Vocabulary } from '../data/vocabulary/vocabulary.ts';
import { type NetworkName, type NetworkPlan, weightKey } from '../model/network.ts';
import type { ParameterSpec } from '../model/parameters.ts';
import type { NamedTensor } from '../model/safetensors.ts';
import type { ParameterStore } from '../optim/parameter-store.ts';
import type { Regime } from '../regimes/regime.ts';
import type { TrainingState } from '../training/training-state.ts';
import { findParent, type Parent, readParent } from './forked-run.ts';
import {
  assertFits,
  copyGenerator,
  findGenerator,
  type PretrainedGenerator,
} from './pretrained-generator.ts';
import { assertSameVocabulary, assertShapes, findOtherRun, type OtherRun } from './source-run.ts';

const where = 'training.startFrom';

/** The runs whose weights a run takes. */
export interface OtherRuns {
  /** Of all networks. */
  start: OtherRun | undefined;
  /** Of all networks, with optimiser and place in the data. */
  parent: Parent | undefined;
  /** Of the generator that stays as it is. */
  generator: PretrainedGenerator | undefined;
}

/**
 * @throws {ConfigError} if what is named is not the folder of a finished run under its own name
 * @throws {DataError} if its checkpoint is damaged
 */
export function findOtherRuns(config: RunConfig): OtherRuns {
  const { startFrom } = config.training;
  const start = startFrom === undefined ? undefined : findOtherRun(where, startFrom);
  return { start, parent: findParent(config), generator: findGenerator(config) };
}

/**
 * @returns puts the other runs' weights in the place of fresh ones, and says how far a parent was
 * @throws {ConfigError} if a network or a weight is missing there, has another shape, or is shared here and not there
 * @throws {DataError} if a checkpoint is damaged
 */
export function readOtherRuns(
  { start, parent, generator }: OtherRuns,
  regime: Regime,
  plans: readonly NetworkPlan[],
  data: { vocabulary: Vocabulary; hash: string },
): (store: ParameterStore) => TrainingState | undefined {
  const { pretrained, mayBeginFresh } = regime;
  const { vocabulary } = data;
  const frozen = plans.find(({ name }) => name === pretrained);
  // A table of frequencies follows the run's own text.
  const begun = plans.filter((plan) => plan !== frozen && !plan.isContextFree);
  const continueFrom = start && readStart(start, begun, vocabulary, mayBeginFresh);
  const forkFrom = parent && readParent(parent, regime, data);
  if (generator) assertFits(generator, frozen!, vocabulary);
  return (store) => {
    continueFrom?.(store);
    const state = forkFrom?.(store);
    if (generator) copyGenerator(generator, frozen!, store);
    return state;
  };
}

function readStart(
  run: OtherRun,
  networks: readonly NetworkPlan[],
  vocabulary: Vocabulary,
  mayBeginFresh: Regime['mayBeginFresh'],
): (store: ParameterStore) => void {
  assertSameVocabulary(run, vocabulary);
  const tensors = new Map(networks.map(({ name }) => [name, networkOf(run, name)]));
  const isThere = (network: NetworkName) => (parameter: ParameterSpec) =>
    tensors.get(network)!.has(parameter.name) || !mayBeginFresh?.(parameter.name);
  const plans = networks.map((plan) => ({ ...plan, parameters: plan.parameters.filter(isThere(plan.name)) }));
  const remedy = 'make regime, model and generator those of the run that it starts from';
  for (const plan of plans) assertShapes(`${where}: ${plan.name}`, plan, tensors.get(plan.name)!, remedy);
  for (const plan of plans) assertLoans(plan, tensors);
  return (store) => {
    for (const plan of plans) copyNetwork(plan, tensors.get(plan.name)!, store);
  };
}

function networkOf(run: OtherRun, name: NetworkName): Map<string, NamedTensor> {
  const { runId, parameters } = run.record;
  if (Object.hasOwn(parameters, name)) return run.tensorsOf(name);
  const rule = `a run with a ${name}`;
  const got = `${runId} with ${Object.keys(parameters).join(' and ')}`;
  throw new ConfigError(explain(where, rule, got, 'choose a regime with the same networks'));
}

/** Tables that the networks share here must be the same there: one of the two would be lost. */
function assertLoans(
  { name: network, borrows }: NetworkPlan,
  tensors: ReadonlyMap<string, ReadonlyMap<string, NamedTensor>>,
): void {
  for (const name of borrows?.names ?? []) {
    const [own, lent] = [network, borrows!.from].map((owner) => tensors.get(owner)!.get(name)!.values);
    if (own!.every((value, i) => value === lent![i])) continue;
    const rule = `the numbers of the ${borrows!.from}, with which it is shared`;
    const remedy = 'set generator.sharing to none';
    throw new ConfigError(explain(`${where}: ${network}: ${name}`, rule, 'others', remedy));
  }
}

function copyNetwork(
  plan: NetworkPlan,
  tensors: ReadonlyMap<string, NamedTensor>,
  store: ParameterStore,
): void {
  for (const { name } of plan.parameters) store.value(weightKey(plan, name)).set(tensors.get(name)!.values);
}
