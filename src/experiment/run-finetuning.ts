/** The fine-tuning part of a run: which scores are missing, and making them. */
import { InterruptedError } from '../base/errors.ts';
import { finetuneHashOf } from '../config/run-id.ts';
import type { RunConfig } from '../config/schema.ts';
import type { PreparedData } from '../data/prepared.ts';
import type { Engine } from '../engine/program.ts';
import { assertPretrained } from '../finetune/assert-pretrained.ts';
import type { FinetuneRow } from '../finetune/finetune-table.ts';
import { finetune } from '../finetune/finetuner.ts';
import { taskNamed } from '../finetune/registry.ts';
import type { NetworkPlan } from '../model/network.ts';
import { countTokens } from '../objectives/batch-source.ts';
import type { ParameterStore } from '../optim/parameter-store.ts';
import type { Regime } from '../regimes/regime.ts';
import type { Progress } from '../training/progress.ts';
import { type RunRecord, writeRecord } from './run-folder.ts';

export interface FinetuningContext {
  folder: string;
  /** Gets the scores. */
  record: RunRecord;
  config: RunConfig;
  regime: Regime;
  plans: readonly NetworkPlan[];
  /** Pre-trained weights. */
  store: ParameterStore;
  data: PreparedData;
  engine: Engine;
  progress: Progress;
  signal: AbortSignal;
}

/**
 * Fine-tunes a run's encoder on every task and seed that its record has no score of.
 *
 * @throws {InterruptedError} after the signal; finished scores are in the record
 */
export async function finetuneMissing(context: FinetuningContext): Promise<void> {
  const { folder, record, config, regime, plans, store, data, engine, progress, signal } = context;
  const plan = plans.find(({ name }) => name === regime.encoder)!;
  const missing = missingScores(config, record.finetune);
  if (missing.length > 0) {
    assertPretrained({ plan, store }, config.seed, countTokens(data.train, data.vocabulary));
  }
  for (const { task, seed } of missing) {
    const label = `${config.name}, ${task}`;
    let phase: ReturnType<Progress['begin']> | undefined;
    const result = await finetune({
      ...{ task: taskNamed(task), config: config.finetune, pretrained: { plan, store } },
      ...{ tokenizer: data.tokenizer, engine, seed, signal },
      onStep: (step, total, loss) => {
        phase ??= progress.begin(label, total, 'steps');
        phase.advance(step, { loss });
      },
    });
    if (signal.aborted)
      throw new InterruptedError(`${label}: interrupted, finished scores are saved; go on with --resume`);
    phase?.end(
      `${result.metric} ${(100 * result.score).toFixed(1)} % (majority ${(100 * result.majorityScore).toFixed(1)} %)`,
    );
    record.finetune.push(scoreRow(record, config, task, seed, result));
    writeRecord(folder, record);
  }
}

function scoreRow(
  { runId, name, regime, seed, progress }: RunRecord,
  { finetune: { epochs } }: RunConfig,
  task: string,
  finetuneSeed: number,
  { metric, score, majorityScore, seconds }: Awaited<ReturnType<typeof finetune>>,
): FinetuneRow {
  const checkpointStep = progress!.step;
  return {
    runId,
    name,
    regime,
    seed,
    checkpointStep,
    task,
    finetuneSeed,
    metric,
    score,
    majorityScore,
    epochs,
    elapsedSeconds: seconds,
  };
}

function missingScores({ finetune: { tasks, seeds } }: RunConfig, done: readonly FinetuneRow[]) {
  const wanted = tasks.flatMap((task) => Array.from({ length: seeds }, (_, seed) => ({ task, seed })));
  return wanted.filter(
    ({ task, seed }) => !done.some((row) => row.task === task && row.finetuneSeed === seed),
  );
}

/** Whether a record holds every score that a configuration asks for. */
export function hasAllScores(config: RunConfig, record: RunRecord | undefined): boolean {
  return missingScores(config, scoresOf(config, record)).length === 0;
}

/** The earlier scores that were made as this configuration asks. */
export function scoresOf(config: RunConfig, earlier: RunRecord | undefined): FinetuneRow[] {
  return earlier?.finetuneHash === finetuneHashOf(config) ? earlier.finetune : [];
}
