/** The minimal pairs of a run: which scores are missing, and making them. `run` and `pairs` both come here. */
import { InterruptedError } from '../base/errors.ts';
import { percent } from '../base/percent.ts';
import { type AccuracyOf, accuraciesOf } from '../downstream/pairs/accuracy.ts';
import { encodePairs, pairBaselines } from '../downstream/pairs/encoded-pairs.ts';
import type { PairSet } from '../downstream/pairs/pair-set.ts';
import type { PairBaselines, PairsRow } from '../downstream/pairs/pairs-table.ts';
import {
  originalLogProbability,
  pseudoLogLikelihood,
  type ScorerName,
  type SentenceScorer,
} from '../downstream/pairs/sentence-scores.ts';
import type { NetworkName } from '../model/network.ts';
import { weightMemory } from '../optim/parameter-store.ts';
import type { Progress } from '../progress/progress.ts';
import type { Regime } from '../regimes/regime.ts';
import { armName } from '../results/finetune-cells.ts';
import { writeRecord } from '../results/run-folder.ts';
import type { MeasurementContext } from './measured-checkpoints.ts';
import { pairsWork } from './scoring-work.ts';

export interface PairsContext extends MeasurementContext {
  sets: readonly PairSet[];
  /** Those of the regime that are scored at this checkpoint. */
  networks: readonly ScoredNetworkName[];
}

export interface ScoredNetworkName {
  network: NetworkName;
  scorer: ScorerName;
}

const scorers = {
  'pseudo-log-likelihood': pseudoLogLikelihood,
  'original-log-probability': originalLogProbability,
} as const;

/** A network of a run, ready to score sentences. */
export function scorerOf(
  { engine, plans, store, data }: Pick<PairsContext, 'engine' | 'plans' | 'store' | 'data'>,
  { network, scorer }: ScoredNetworkName,
): SentenceScorer {
  const { maskId } = data.vocabulary;
  return scorers[scorer]({ engine, plans, network, memory: weightMemory(store), maskId });
}

/** What of a regime can score sentences: the network that predicts tokens, and the one that detects replaced ones. */
export function scoredNetworks({ predictor, detector }: Regime): ScoredNetworkName[] {
  return [
    { network: predictor, scorer: 'pseudo-log-likelihood' },
    ...(detector ? [{ network: detector, scorer: 'original-log-probability' } as const] : []),
  ];
}

/** Whether a record lacks a network's scores on a set at a step, in their present version. */
export function lacksScores(
  rows: readonly PairsRow[],
  step: number,
  set: PairSet,
  { network, scorer }: ScoredNetworkName,
): boolean {
  return !rows.some((row) => isOf(row, step, set.name, { network, scorer }) && row.version === set.version);
}

function isOf(row: PairsRow, step: number, set: string, { network, scorer }: ScoredNetworkName): boolean {
  return row.checkpointStep === step && row.set === set && row.network === network && row.scorer === scorer;
}

/**
 * Scores every set with every network that the run's record has no scores of at this checkpoint. Scores of another
 * version of a set make way for those of this one.
 *
 * @throws {InterruptedError} after the signal; what is finished is in the record
 */
export async function scoreMissingPairs(context: PairsContext): Promise<void> {
  const { sets, networks, record, checkpoint } = context;
  for (const set of sets) {
    const missing = networks.filter((network) => lacksScores(record.pairs, checkpoint.step, set, network));
    if (missing.length > 0) await scoreSet(context, set, missing);
  }
}

async function scoreSet(
  context: PairsContext,
  set: PairSet,
  missing: readonly ScoredNetworkName[],
): Promise<void> {
  const { data, cacheFolder, folder, record, checkpoint } = context;
  const sequences = encodePairs(set, data);
  const baselines = pairBaselines(set, sequences, data, cacheFolder);
  for (const one of missing) {
    const { rows, elapsedSeconds } = await scoreWith(context, set, scorerOf(context, one), sequences);
    const others = record.pairs.filter((row) => !isOf(row, checkpoint.step, set.name, one));
    record.pairs = [...others, ...rowsOf(context, set, one, { rows, baselines, elapsedSeconds })];
    writeRecord(folder, record);
  }
}

async function scoreWith(
  context: PairsContext,
  set: PairSet,
  scorer: SentenceScorer,
  sequences: readonly Int32Array[],
): Promise<{ rows: AccuracyOf[]; elapsedSeconds: number }> {
  const { config, checkpoint, progress, signal } = context;
  const work = { part: 'scoring', flops: pairsWork(set, scorer.network, scorer.name, context) } as const;
  const label = `${armName(config, checkpoint)}, ${set.name} pairs, ${scorer.network}`;
  const startedAt = performance.now();
  let phase: ReturnType<Progress['begin']> | undefined;
  const scores = await scorer.score(sequences, {
    signal,
    onProgress(done, total) {
      phase ??= progress.begin(label, total, 'rows', work);
      phase.advance(done, {});
    },
  });
  if (!scores)
    throw new InterruptedError(`${label}: interrupted, finished scores are saved and will not be made again`);
  const rows = accuraciesOf(set.paradigms(), scores);
  phase?.end(`accuracy ${percent(rows[0]!.accuracy)}`);
  return { rows, elapsedSeconds: (performance.now() - startedAt) / 1000 };
}

function rowsOf(
  { record, checkpoint }: PairsContext,
  { name: set, version }: PairSet,
  scored: ScoredNetworkName,
  found: { rows: readonly AccuracyOf[]; baselines: readonly PairBaselines[]; elapsedSeconds: number },
): PairsRow[] {
  const { runId, name, regime, seed } = record;
  const { step, flops, officialFlops } = checkpoint;
  return found.rows.map((row, i) => ({
    ...{ runId, name: armName({ name }, checkpoint), regime, seed, checkpointStep: step, set },
    ...{ ...row, ...scored, ...found.baselines[i]!, version },
    ...{ trainFlops: flops, officialFlops, elapsedSeconds: found.elapsedSeconds },
  }));
}
