/** The fine-tuning part of a run: which scores are missing, and making them. `run` and `finetune` both come here. */
import { join } from 'node:path';
import { InterruptedError } from '../base/errors.ts';
import type { RunConfig } from '../config/schema.ts';
import type { PreparedData } from '../data/prepared.ts';
import type { Engine } from '../engine/program.ts';
import { writeAnswers } from '../finetune/answers-file.ts';
import { assertPretrained } from '../finetune/assert-pretrained.ts';
import { createFinetuner, type Finetuner } from '../finetune/finetuner.ts';
import {
  type Answers,
  answerByBaselines,
  type Baselines,
  type PartScore,
  scoreParts,
} from '../finetune/scores.ts';
import { submissionPath, writeSubmission } from '../finetune/submission.ts';
import type { Task, TaskData, TaskExample } from '../finetune/task.ts';
import type { NetworkPlan } from '../model/network.ts';
import { countTokens } from '../objectives/batch-source.ts';
import type { ParameterStore } from '../optim/parameter-store.ts';
import type { Regime } from '../regimes/regime.ts';
import type { Progress } from '../training/progress.ts';
import {
  armName,
  type CheckpointState,
  cellOf,
  hasPredictions,
  isOf,
  type MissingCells,
  missingCells,
  predictionsFolder,
  rowsOf,
} from './finetune-cells.ts';
import { type RunRecord, writeRecord } from './run-folder.ts';

export interface FinetuningContext {
  folder: string;
  /** Gets the scores. */
  record: RunRecord;
  config: RunConfig;
  tasks: readonly Task[];
  regime: Regime;
  plans: readonly NetworkPlan[];
  /** The checkpoint's weights, or fresh ones for the untrained control. */
  store: ParameterStore;
  checkpoint: CheckpointState;
  data: PreparedData;
  engine: Engine;
  progress: Progress;
  signal: AbortSignal;
  /** Write files of predictions too; cells without them are made again. */
  predictions: boolean;
}

/**
 * Fine-tunes an encoder on every task and seed that the run's record has no score of.
 *
 * @throws {DataError} if a task's files are missing or broken, before any training
 * @throws {InterruptedError} after the signal; finished cells are in the record
 */
export async function finetuneMissing(context: FinetuningContext): Promise<void> {
  const { config, tasks, record, plans, regime, store, data, checkpoint } = context;
  const loaded = new Map<Task, TaskData>(
    cellsToMake(context, tasks, record).map(({ task }) => [task, task.load(config.finetune)]),
  );
  const missing = cellsToMake(context, tasks, record, loaded);
  if (missing.length === 0) return;
  const plan = plans.find(({ name }) => name === regime.encoder)!;
  if (checkpoint.step > 0) {
    assertPretrained({ plan, store }, config.seed, countTokens(data.train, data.vocabulary));
  }
  for (const cells of missing) await finetuneTask(context, plan, cells, loaded.get(cells.task)!);
}

/** Without the tasks' data, all cells that might have to be made. */
function cellsToMake(
  { config, checkpoint: { step }, folder, predictions }: FinetuningContext,
  tasks: readonly Task[],
  { finetune }: RunRecord,
  loaded?: ReadonlyMap<Task, TaskData>,
): MissingCells[] {
  if (!predictions) return missingCells(config, tasks, step, finetune);
  const lacksFiles = (task: Task, seed: number) => {
    const data = loaded?.get(task);
    return !data || !hasPredictions(predictionsFolder(folder, cellOf(config, step, task, seed)), task, data);
  };
  return missingCells(config, tasks, step, []).flatMap(({ task, seeds }) => {
    const scored = missingCells(config, [task], step, finetune)[0]?.seeds ?? [];
    const left = seeds.filter((seed) => scored.includes(seed) || lacksFiles(task, seed));
    return left.length > 0 ? [{ task, seeds: left }] : [];
  });
}

async function finetuneTask(
  context: FinetuningContext,
  plan: NetworkPlan,
  { task, seeds }: MissingCells,
  data: TaskData,
): Promise<void> {
  const { config, store, engine, data: text } = context;
  const { tokenizer } = text;
  const pretrained = { plan, store };
  const finetuner = createFinetuner({
    ...{ task, train: data.train, config: config.finetune, pretrained, tokenizer, engine },
  });
  const baselines = answerByBaselines(task, data);
  try {
    for (const seed of seeds) await finetuneCell(context, finetuner, task, data, baselines, seed);
  } finally {
    await finetuner.dispose();
  }
}

async function finetuneCell(
  context: FinetuningContext,
  finetuner: Finetuner,
  task: Task,
  data: TaskData,
  baselines: Baselines,
  seed: number,
): Promise<void> {
  const { folder, record, config, checkpoint, progress, signal, predictions } = context;
  const label = `${armName(config, checkpoint)}, ${task.name}, seed ${seed}`;
  const startedAt = performance.now();
  let phase: ReturnType<Progress['begin']> | undefined;
  await finetuner.train({
    ...{ seed, signal },
    onStep: (step, total, loss) => {
      phase ??= progress.begin(label, total, 'steps');
      phase.advance(step, { loss });
    },
  });
  if (signal.aborted)
    throw new InterruptedError(`${label}: interrupted, finished scores are saved; run it again to go on`);
  const answers = await answerParts(finetuner, data.dev);
  const scores = scoreParts(task, data.dev, answers, baselines);
  const elapsedSeconds = (performance.now() - startedAt) / 1000;
  phase?.end(scores.map(sentenceOf).join(', '));

  const cell = cellOf(config, checkpoint.step, task, seed);
  writeAnswers(folder, cell, task, data.dev, answers);
  if (predictions) await writePredictions(predictionsFolder(folder, cell), task, data, answers, finetuner);
  const others = record.finetune.filter((row) => !isOf(cell, row.taskVersion)(row));
  const rows = rowsOf(record, config, checkpoint, { task, finetuneSeed: seed }, { scores, elapsedSeconds });
  record.finetune = [...others, ...rows];
  writeRecord(folder, record);
}

async function answerParts(
  finetuner: Finetuner,
  parts: Record<string, readonly TaskExample[]>,
): Promise<Answers> {
  const answers: Answers = {};
  for (const [part, examples] of Object.entries(parts)) answers[part] = await finetuner.predict(examples);
  return answers;
}

async function writePredictions(
  folder: string,
  task: Task,
  { dev, test = {} }: TaskData,
  devAnswers: Answers,
  finetuner: Finetuner,
): Promise<void> {
  const testAnswers = await answerParts(finetuner, test);
  for (const [part, examples] of Object.entries(test)) {
    writeSubmission(submissionPath(folder, task, part), task, examples, testAnswers[part]!);
  }
  for (const [part, examples] of Object.entries(dev)) {
    writeSubmission(submissionPath(join(folder, 'dev'), task, part), task, examples, devAnswers[part]!);
  }
}

/** `matched accuracy 71.2 % (majority 35.4 %, bag of words 55.1 %)` */
function sentenceOf({ part, metric, score, majorityScore, bagOfWordsScore }: PartScore): string {
  const baselines = [
    ...(majorityScore === undefined ? [] : [`majority ${percent(majorityScore)}`]),
    ...(bagOfWordsScore === undefined ? [] : [`bag of words ${percent(bagOfWordsScore)}`]),
  ];
  const beside = baselines.length > 0 ? ` (${baselines.join(', ')})` : '';
  return `${part === 'dev' ? '' : `${part} `}${metric} ${score === undefined ? 'undefined' : percent(score)}${beside}`;
}

function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(1)} %`;
}
