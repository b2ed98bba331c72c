/** The fine-tuning part of a run: which scores are missing, and making them. `run` and `finetune` both come here. */
import { join } from 'node:path';
import { InterruptedError } from '../base/errors.ts';
import { percent } from '../base/percent.ts';
import { submissionPath, writeAnswers, writeSubmission } from '../downstream/finetune/answers-file.ts';
import { assertPretrained } from '../downstream/finetune/assert-pretrained.ts';
import { createFinetuner, type Finetuner } from '../downstream/finetune/finetuner.ts';
import { hasClassifier, keepClassifier } from '../downstream/finetune/stored-classifier.ts';
import {
  type Answers,
  type Baselines,
  type PartScore,
  scoreParts,
  storedBaselines,
} from '../downstream/tasks/answer-scores.ts';
import { loadOnce, type Task, type TaskData, type TaskExample } from '../downstream/tasks/task.ts';
import type { NetworkPlan } from '../model/network.ts';
import { countTokens } from '../objectives/batch-source.ts';
import type { Progress } from '../progress/progress.ts';
import {
  armName,
  cellOf,
  hasPredictions,
  isOf,
  type MissingCells,
  missingCells,
  predictionsFolder,
  rowsOf,
} from '../results/finetune-cells.ts';
import { writeRecord } from '../results/run-folder.ts';
import type { MeasurementContext } from './measured-checkpoints.ts';
import { finetuneWork } from './scoring-work.ts';

export interface FinetuningContext extends MeasurementContext {
  tasks: readonly Task[];
  /** Write files of predictions too; cells without them are made again. */
  predictions: boolean;
  /** Keep the fine-tuned weights too; cells without them are made again. */
  keepWeights: boolean;
}

/**
 * Fine-tunes an encoder on every task and seed that the run's record has no score of.
 *
 * @throws {DataError} if a task's files are missing or broken, before any training
 * @throws {InterruptedError} after the signal; finished cells are in the record
 */
export async function finetuneMissing(context: FinetuningContext): Promise<void> {
  const { config, plans, regime, store, data, checkpoint } = context;
  const missing = loadMissing(context);
  if (missing.length === 0) return;
  const plan = plans.find(({ name }) => name === regime.encoder)!;
  if (checkpoint.step > 0) {
    assertPretrained({ plan, store }, config.seed, countTokens(data.train, data.vocabulary));
  }
  for (const { cells, examples } of missing) await finetuneTask(context, plan, cells, examples);
}

/** The cells to make, with their examples: all files are read before the first training. */
function loadMissing(context: FinetuningContext): { cells: MissingCells; examples: TaskData }[] {
  const { config, tasks, record, checkpoint, predictions, keepWeights } = context;
  const unscored = missingCells(config, tasks, checkpoint.step, record.finetune);
  const candidates = predictions || keepWeights ? missingCells(config, tasks, checkpoint.step, []) : unscored;
  return candidates.flatMap(({ task, seeds }) => {
    const examples = loadOnce(task, config.finetune);
    const isUnscored = (seed: number) =>
      unscored.some((cells) => cells.task === task && cells.seeds.includes(seed));
    const left = seeds.filter((seed) => isUnscored(seed) || lacksFiles(context, task, seed, examples));
    return left.length > 0 ? [{ cells: { task, seeds: left }, examples }] : [];
  });
}

/** Whether files that were asked for are missing. */
function lacksFiles(
  { config, folder, checkpoint, predictions, keepWeights }: FinetuningContext,
  task: Task,
  seed: number,
  examples: TaskData,
): boolean {
  const cell = cellOf(config, checkpoint.step, task, seed);
  if (keepWeights && !hasClassifier(folder, cell)) return true;
  return predictions && !hasPredictions(predictionsFolder(folder, cell), task, examples);
}

async function finetuneTask(
  context: FinetuningContext,
  plan: NetworkPlan,
  { task, seeds }: MissingCells,
  data: TaskData,
): Promise<void> {
  const { config, store, engine, data: text, cacheFolder } = context;
  const { tokenizer } = text;
  const pretrained = { plan, store };
  const finetuner = createFinetuner({
    ...{ task, train: data.train, config: config.finetune, pretrained, tokenizer, engine },
  });
  const baselines = storedBaselines(task, data, cacheFolder);
  try {
    const headOnly = config.finetune.headFirst
      ? await answerParts(finetuner.predictHeadOnly, data.dev)
      : undefined;
    const beside = { ...baselines, headOnly };
    for (const seed of seeds) await finetuneCell(context, finetuner, task, data, beside, seed);
  } finally {
    await finetuner.dispose();
  }
}

async function finetuneCell(
  context: FinetuningContext,
  finetuner: Finetuner,
  task: Task,
  data: TaskData,
  beside: Baselines & { headOnly: Answers | undefined },
  seed: number,
): Promise<void> {
  const { folder, record, config, checkpoint, progress, signal, predictions, keepWeights } = context;
  const label = `${armName(config, checkpoint)}, ${task.name}, seed ${seed}`;
  const startedAt = performance.now();
  const work = { part: 'scoring', flops: finetuneWork(task, config, context) } as const;
  let phase: ReturnType<Progress['begin']> | undefined;
  await finetuner.train({
    ...{ seed, signal },
    onStep: (step, total, loss) => {
      phase ??= progress.begin(label, total, 'steps', work);
      phase.advance(step, { loss });
    },
  });
  if (signal.aborted)
    throw new InterruptedError(`${label}: interrupted, finished scores are saved and will not be made again`);
  const answers = await answerParts(finetuner.predict, data.dev);
  const scores = scoreParts(task, data.dev, answers, beside);
  const elapsedSeconds = (performance.now() - startedAt) / 1000;
  phase?.end(scores.map(sentenceOf).join(', '));

  const cell = cellOf(config, checkpoint.step, task, seed);
  const { reading: read } = finetuner.classifier;
  writeAnswers(folder, cell, task, data.dev, answers);
  if (keepWeights) keepClassifier(folder, cell, task, finetuner.classifier);
  if (predictions) await writePredictions(predictionsFolder(folder, cell), task, data, answers, finetuner);
  const others = record.finetune.filter((row) => !isOf(cell, row.taskVersion)(row));
  const rows = rowsOf(
    record,
    config,
    checkpoint,
    { task, finetuneSeed: seed },
    { scores, elapsedSeconds, read },
  );
  record.finetune = [...others, ...rows];
  writeRecord(folder, record);
}

async function answerParts(
  predict: Finetuner['predict'],
  parts: Record<string, readonly TaskExample[]>,
): Promise<Answers> {
  const answers: Answers = {};
  for (const [part, examples] of Object.entries(parts)) answers[part] = await predict(examples);
  return answers;
}

async function writePredictions(
  folder: string,
  task: Task,
  { dev, test = {} }: TaskData,
  devAnswers: Answers,
  finetuner: Finetuner,
): Promise<void> {
  const testAnswers = await answerParts(finetuner.predict, test);
  for (const [part, examples] of Object.entries(test)) {
    writeSubmission(submissionPath(folder, task, part), task, examples, testAnswers[part]!);
  }
  for (const [part, examples] of Object.entries(dev)) {
    writeSubmission(submissionPath(join(folder, 'dev'), task, part), task, examples, devAnswers[part]!);
  }
}

/** `matched accuracy 71.2 % (majority 35.4 %, bag of words 55.1 %)` */
function sentenceOf({ part, metric, score, ...others }: PartScore): string {
  const { majorityScore, bagOfWordsScore, headOnlyScore } = others;
  const baselines = [
    ...(headOnlyScore === undefined ? [] : [`head alone ${percent(headOnlyScore)}`]),
    ...(majorityScore === undefined ? [] : [`majority ${percent(majorityScore)}`]),
    ...(bagOfWordsScore === undefined ? [] : [`bag of words ${percent(bagOfWordsScore)}`]),
  ];
  const beside = baselines.length > 0 ? ` (${baselines.join(', ')})` : '';
  return `${part === 'dev' ? '' : `${part} `}${metric} ${score === undefined ? 'undefined' : percent(score)}${beside}`;
}
