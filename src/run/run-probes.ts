/** The frozen probes of a run: which scores are missing, and making them. `run` and `probe` both come here. */
import { InterruptedError } from '../base/errors.ts';
import { percent } from '../base/percent.ts';
import { createStateReader, type StateReader } from '../downstream/probe/pooled-states.ts';
import { baselinesOf } from '../downstream/probe/probe-baselines.ts';
import type { ProbeRow } from '../downstream/probe/probe-table.ts';
import { type ProbeScore, probeTask, probeVersion } from '../downstream/probe/probe-task.ts';
import { loadOnce, type Task } from '../downstream/tasks/task.ts';
import { armName } from '../results/finetune-cells.ts';
import { writeRecord } from '../results/run-folder.ts';
import type { MeasurementContext } from './measured-checkpoints.ts';
import { probeWork } from './scoring-work.ts';

export interface ProbeContext extends MeasurementContext {
  tasks: readonly Task[];
}

/** Of the recipe and of the task's content: scores of another version are made anew. */
export function versionOf({ version }: Task): string {
  return [probeVersion, ...(version === undefined ? [] : [version])].join('-');
}

/** Whether a record lacks a task's scores at a step, in their present version. */
export function lacksProbe(rows: readonly ProbeRow[], step: number, task: Task): boolean {
  return !rows.some((row) => isOf(row, step, task) && row.version === versionOf(task));
}

function isOf(row: ProbeRow, step: number, { name }: Task): boolean {
  return row.checkpointStep === step && row.task === name;
}

/**
 * Probes every task that the run's record has no scores of at this checkpoint. Scores of another version make way.
 *
 * @throws {DataError} if a task's files are missing or broken
 * @throws {InterruptedError} after the signal; what is finished is in the record
 */
export async function probeMissing(context: ProbeContext): Promise<void> {
  const { tasks, record, checkpoint, engine, plans, regime, store, data } = context;
  const missing = tasks.filter((task) => lacksProbe(record.probe, checkpoint.step, task));
  if (missing.length === 0) return;
  const reader = createStateReader(engine, plans, regime.encoder, store, data.tokenizer);
  try {
    for (const task of missing) await probeOne(context, reader, task);
  } finally {
    await reader.dispose();
  }
}

async function probeOne(context: ProbeContext, reader: StateReader, task: Task): Promise<void> {
  const { config, folder, record, checkpoint, engine, cacheFolder, progress, signal } = context;
  const label = `${armName(config, checkpoint)}, probe ${task.name}`;
  const examples = loadOnce(task, config.finetune);
  const baselines = baselinesOf(task, examples, cacheFolder);
  const startedAt = performance.now();
  const work = { part: 'scoring', flops: probeWork(task, config, context) } as const;
  const phase = progress.begin(label, 1, 'probes', work);
  const scores = await probeTask(engine, reader, task, examples);
  phase.advance(1, {});
  phase.end(`${scores[0]!.metric} ${percent(scores[0]!.score)}`);
  const elapsedSeconds = (performance.now() - startedAt) / 1000;
  const rows = scores.map((score) => ({ ...score, ...baselines(score), elapsedSeconds }));
  const others = record.probe.filter((row) => !isOf(row, checkpoint.step, task));
  record.probe = [...others, ...rows.map((row) => rowOf(context, task, row))];
  writeRecord(folder, record);
  if (signal.aborted)
    throw new InterruptedError(`${label}: interrupted, finished scores are saved and will not be made again`);
}

type Scored = ProbeScore & Pick<ProbeRow, 'majorityScore' | 'wordIdentityScore' | 'elapsedSeconds'>;

function rowOf({ record, checkpoint }: ProbeContext, task: Task, score: Scored): ProbeRow {
  const { runId, name, regime, seed } = record;
  const { step, flops, officialFlops } = checkpoint;
  return {
    ...{ runId, name: armName({ name }, checkpoint), regime, seed, checkpointStep: step, task: task.name },
    ...{ ...score, version: versionOf(task), trainFlops: flops, officialFlops },
  };
}
