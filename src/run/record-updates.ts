/** The record of a run as a process begins or goes on with it: what of the earlier one still holds. */
import { basename } from 'node:path';
import { withoutAbsent } from '../base/without-absent.ts';
import { finetuneHashOf, runIdOf } from '../config/run-id.ts';
import type { RunConfig } from '../config/schema.ts';
import type { PreparedData } from '../data/preparation/prepared-data.ts';
import type { Engine } from '../engine/program.ts';
import { type NetworkPlan, weightCounts } from '../model/network.ts';
import { collectProvenance } from '../results/provenance.ts';
import { isBeforeEnd } from '../results/recorded-weights.ts';
import { checkpointsFolder, isDone, type RunRecord, readRecord, writeRecord } from '../results/run-folder.ts';
import { listCheckpoints, readProgress } from '../training/checkpoint.ts';

/** Writes the record anew. Without a checkpoint to go on from, nothing of an earlier one holds. */
export function beginRecord(
  folder: string,
  config: RunConfig,
  plans: readonly NetworkPlan[],
  data: PreparedData,
  { engine, threads }: { engine: Engine; threads: number },
): RunRecord {
  const newest = listCheckpoints(checkpointsFolder(folder)).at(-1);
  const earlier = newest === undefined ? undefined : readRecord(folder);
  const record: RunRecord = {
    runId: runIdOf(config),
    name: config.name,
    regime: config.regime,
    seed: config.seed,
    status: 'training',
    engine: engine.description,
    threads,
    dataHash: data.hash,
    vocabularyHash: data.vocabulary.hash,
    provenance: collectProvenance(),
    parameters: weightCounts(plans),
    startedAt: new Date().toISOString(),
    metrics: {},
    warnings: [],
    finetune: [],
    probe: [],
    pairs: [],
    finetuneHash: finetuneHashOf(config),
    ...startOf(config),
    ...(earlier && (isBeforeEnd(earlier, newest!) ? keptBefore(earlier, newest!) : keptOf(earlier))),
  };
  writeRecord(folder, record);
  return record;
}

/** What a process that goes on did not do itself: the training, if it has ended, and scores. */
function keptOf(earlier: RunRecord): Partial<RunRecord> {
  const { startedAt, finetune, probe, pairs, compileSeconds, peakMemoryBytes, rungs } = earlier;
  const { provenance, metrics, progress, files, warnings, status, reason, finishedAt } = earlier;
  return withoutAbsent({
    startedAt,
    finetune,
    probe,
    pairs,
    compileSeconds,
    peakMemoryBytes,
    rungs,
    // Measured after the last step of the training, and not before.
    ...(Object.keys(metrics).length > 0 && { provenance, metrics, progress, files, warnings }),
    ...(isDone(earlier) && { status, reason, finishedAt }),
  });
}

/** What holds of a training whose end is to be made again: when it began, and the scores of its checkpoints till here. */
function keptBefore({ startedAt, ...scores }: RunRecord, checkpoint: string): Partial<RunRecord> {
  const { step } = readProgress(checkpoint);
  const isBefore = (row: { checkpointStep: number }) => row.checkpointStep <= step;
  const { finetune, probe, pairs, rungs } = scores;
  return {
    ...withoutAbsent({ rungs: rungs?.filter((rung) => rung.step <= step) }),
    startedAt,
    finetune: finetune.filter(isBefore),
    probe: probe.filter(isBefore),
    pairs: pairs.filter(isBefore),
  };
}

function startOf({ training: { startFrom, fork } }: RunConfig): Pick<RunRecord, 'startedFrom' | 'forkedAt'> {
  if (fork !== undefined) return { startedFrom: basename(fork.run), forkedAt: fork.at };
  return startFrom === undefined ? {} : { startedFrom: basename(startFrom) };
}

/** A run that was done stays so, whatever becomes of scores that are added to it. */
export function moveOn(record: RunRecord, status: RunRecord['status'], reason?: string): void {
  if (isDone(record)) return;
  record.status = status;
  if (reason !== undefined) record.reason = reason;
}
