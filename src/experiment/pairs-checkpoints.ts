/** Which checkpoints of a run are scored on minimal pairs: the untrained networks, those kept on the way, the last. */
import { existsSync } from 'node:fs';
import { ConfigError, explain } from '../base/errors.ts';
import type { RunConfig } from '../config/schema.ts';
import { selectPairSets } from '../downstream/pairs/pair-sets.ts';
import { countTokens } from '../objectives/batch-source.ts';
import { createParameterStore, initialiseParameters } from '../optim/parameter-store.ts';
import type { Regime } from '../regimes/regime.ts';
import { regimeNamed } from '../regimes/registry.ts';
import { loadWeights, readProgress } from '../training/checkpoint.ts';
import { keptCheckpoint } from '../training/kept-checkpoints.ts';
import { untrained } from './finetune-cells.ts';
import { checkpointsFolder, readRecord } from './run-folder.ts';
import {
  lacksScores,
  type PairsContext,
  type ScoredNetworkName,
  scoredNetworks,
  scoreMissingPairs,
} from './run-pairs.ts';

type RunContext = Omit<PairsContext, 'sets' | 'checkpoint' | 'networks'>;

/**
 * Scores a trained run on minimal pairs wherever its record lacks a score.
 *
 * @param context.store the last weights
 * @param last where they are from
 * @throws {ConfigError} if a checkpoint that `pairs.at` asks for was not kept
 */
export async function scorePairs(context: RunContext, last: PairsContext['checkpoint']): Promise<void> {
  const { folder, config, plans } = context;
  if (config.pairs.sets.length === 0) return;
  await scoreUntrained(context);
  for (const { fraction, path } of keptPaths(folder, config)) {
    const store = createParameterStore(plans);
    await scoreAt({ ...context, store }, loadWeights(path, plans, store), fraction);
  }
  await scoreAt(context, last, 1);
}

/** @param fraction of pre-training that is done: a network that has not begun to train by then is not scored */
export async function scoreAt(
  context: RunContext,
  checkpoint: PairsContext['checkpoint'],
  fraction: number,
): Promise<void> {
  const networks = networksAt(context.regime, fraction);
  const sets = selectPairSets(context.config.pairs);
  await scoreMissingPairs({ ...context, sets, checkpoint, networks });
}

/** All networks as the run's seed draws them, a frozen generator's too. */
export async function scoreUntrained(context: RunContext): Promise<void> {
  const { plans, config, data } = context;
  const store = createParameterStore(plans);
  initialiseParameters(store, config.seed, countTokens(data.train, data.vocabulary));
  await scoreAt({ ...context, store }, untrained, 1);
}

/** Whether a finished run kept the checkpoints, and has every score, that a configuration asks for. */
export function hasAllPairs(folder: string, config: RunConfig): boolean {
  const { sets, at } = config.pairs;
  if (!at.every((fraction) => existsSync(pathOf(folder, fraction)))) return false;
  if (sets.length === 0) return true;
  const { pairs, progress } = readRecord(folder)!;
  const regime = regimeNamed(config.regime);
  const moments = [
    { step: 0, fraction: 1 },
    ...keptPaths(folder, config).map(({ fraction, path }) => ({ step: readProgress(path).step, fraction })),
    { step: progress!.step, fraction: 1 },
  ];
  return selectPairSets(config.pairs).every((set) =>
    moments.every(({ step, fraction }) =>
      networksAt(regime, fraction).every((network) => !lacksScores(pairs, step, set, network)),
    ),
  );
}

/** In two-stage training the discriminator begins where its generator ends. */
function networksAt(regime: Regime, fraction: number): ScoredNetworkName[] {
  const { stages } = regime;
  return scoredNetworks(regime).filter(({ network }) => {
    const before = stages.findIndex(({ trains }) => trains.includes(network));
    return fraction > before / stages.length;
  });
}

function keptPaths(folder: string, { pairs: { at } }: RunConfig): { fraction: number; path: string }[] {
  return at.map((fraction) => {
    const path = pathOf(folder, fraction);
    if (existsSync(path)) return { fraction, path };
    const remedy = 'it is kept while a run trains; train the run anew with --overwrite';
    throw new ConfigError(explain(`pairs.at: ${fraction}`, `a checkpoint ${path}`, 'none', remedy));
  });
}

function pathOf(folder: string, fraction: number): string {
  return keptCheckpoint(checkpointsFolder(folder), fraction);
}
