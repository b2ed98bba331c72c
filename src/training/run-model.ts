/** A run's networks, from its configuration and the size of its vocabulary: what everything that reads weights begins with. */
import type { RunConfig } from '../config/schema.ts';
import type { Vocabulary } from '../data/vocabulary/vocabulary.ts';
import type { NetworkPlan } from '../model/network.ts';
import { createParameterStore, type ParameterStore } from '../optim/parameter-store.ts';
import type { Regime } from '../regimes/regime.ts';
import { networksOf, regimeNamed } from '../regimes/registry.ts';

export interface RunModel {
  regime: Regime;
  plans: NetworkPlan[];
  store: ParameterStore;
}

/** Lays out a configuration's networks; the weights are not yet initialised. */
export function createRunModel(config: RunConfig, { vocabulary }: { vocabulary: Vocabulary }): RunModel {
  const plans = networksOf(config, vocabulary.size);
  return { regime: regimeNamed(config.regime), plans, store: createParameterStore(plans) };
}
