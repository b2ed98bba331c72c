/** Which checkpoints of a run are scored on minimal pairs: the untrained networks, those kept on the way, the last. */
import type { RunConfig } from '../config/schema.ts';
import { selectPairSets } from '../downstream/pairs/registry.ts';
import { createParameterStore } from '../optim/parameter-store.ts';
import type { Regime } from '../regimes/regime.ts';
import { regimeNamed } from '../regimes/registry.ts';
import { untrained } from '../results/finetune-cells.ts';
import { readRecord } from '../results/run-folder.ts';
import { loadWeights, readProgress } from '../training/checkpoint.ts';
import { isTrainedAt, keptPath, untrainedStore } from './measured-checkpoints.ts';
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
  if (context.config.pairs.sets.length === 0) return;
  await scoreUntrained(context);
  await scoreKept(context, 1);
  await scoreAt(context, last, 1);
}

/** Of the checkpoints that were kept on the way, those up to a fraction of the training. */
export async function scoreKept(context: RunContext, until: number): Promise<void> {
  const { folder, config, plans } = context;
  if (config.pairs.sets.length === 0) return;
  for (const { fraction, path } of keptPaths(folder, config, until)) {
    const store = createParameterStore(plans);
    await scoreAt({ ...context, store }, loadWeights(path, plans, store), fraction);
  }
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

export async function scoreUntrained(context: RunContext): Promise<void> {
  await scoreAt({ ...context, store: untrainedStore(context) }, untrained, 1);
}

/** Whether a finished run that kept its checkpoints has every score that a configuration asks for. */
export function hasAllPairs(folder: string, config: RunConfig): boolean {
  if (config.pairs.sets.length === 0) return true;
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

function networksAt(regime: Regime, fraction: number): ScoredNetworkName[] {
  return scoredNetworks(regime).filter(({ network }) => isTrainedAt(regime, network, fraction));
}

function keptPaths(
  folder: string,
  { pairs: { at } }: RunConfig,
  until = 1,
): { fraction: number; path: string }[] {
  const fractions = at.filter((fraction) => fraction <= until);
  return fractions.map((fraction) => ({ fraction, path: keptPath(folder, 'pairs.at', fraction) }));
}
