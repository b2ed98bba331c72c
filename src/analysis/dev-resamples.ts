/** The Multi-Bootstrap of an experiment's scores, from the answers that its runs kept; nothing where they are not kept. */
import { readAnswers } from '../downstream/finetune/answers-file.ts';
import { createResampledScore, type ResampledScore } from '../metrics/resampled-score.ts';
import { finalRows } from '../results/finetuned-scores.ts';
import { type RunRecord, runFolder } from '../results/run-folder.ts';
import { mean, median } from '../statistics/describe.ts';
import { fewestSeeds, multiBootstrap, resampleExamples } from '../statistics/multi-bootstrap.ts';
import type { Bootstrap } from './claims-table.ts';

/** Scores of runs on resamples of the dev examples, by run id; without the runs whose answers are not there. */
type Resamples = ReadonlyMap<string, Float64Array>;

/**
 * @param records of the experiment
 * @param averaged the tasks that `downstream` is the mean over
 * @returns resamples of a task are made once, for all claims
 */
export function createBootstrap(
  results: string,
  records: readonly RunRecord[],
  averaged: readonly string[],
): Bootstrap {
  const made = new Map<string, Resamples>();
  const resamplesOf = (task: string): Resamples => {
    if (!made.has(task)) made.set(task, resampleTask(results, records, task));
    return made.get(task)!;
  };
  return (metric, { test, ahead, behind }) => {
    const tasks = tasksOf(metric, averaged);
    if (tasks.length === 0 || Math.min(ahead.length, behind.length) < fewestSeeds) return undefined;
    const scoresOf = ({ runId }: { runId: string }) =>
      combine(
        tasks.map((task) => resamplesOf(task).get(runId)),
        mean,
      );
    const [one, other] = [ahead.map(scoresOf), behind.map(scoresOf)];
    return areAll(one) && areAll(other) ? multiBootstrap(one, other, test === 'paired') : undefined;
  };
}

/** The tasks behind a metric; none where it is no score. */
function tasksOf(metric: string, averaged: readonly string[]): readonly string[] {
  if (metric === 'downstream') return averaged;
  return metric.startsWith('task.') ? [metric.slice('task.'.length)] : [];
}

/** Each run's median over fine-tuning seeds, on the same rows for all models of the task. */
function resampleTask(results: string, records: readonly RunRecord[], task: string): Resamples {
  const runs = records.flatMap((record) => {
    const models = modelsOf(runFolder(results, record.runId), record, task);
    return models ? [{ runId: record.runId, models }] : [];
  });
  const examples = runs[0]?.models[0]?.examples ?? 0;
  // Answers to another version of a task of one's own are no answers to these examples.
  const same = runs.filter(({ models }) => models.every((model) => model.examples === examples));
  const scores = resampleExamples(
    examples,
    same.flatMap(({ models }) => models.map(({ scoreOf }) => scoreOf)),
    task,
  );
  return new Map(same.map(({ runId, models }) => [runId, combine(scores.splice(0, models.length), median)!]));
}

interface AnsweredModel {
  examples: number;
  scoreOf: ResampledScore;
}

/** The fine-tuned models of a run, by the metric that the task counts by; undefined unless all answers are there. */
function modelsOf(folder: string, record: RunRecord, task: string): readonly AnsweredModel[] | undefined {
  const rows = finalRows([record]).filter((row) => row.task === task);
  const cells = rows.filter(({ part, metric }) => part === rows[0]!.part && metric === rows[0]!.metric);
  const models = cells.map((cell): AnsweredModel | undefined => {
    const answers = readAnswers(folder, cell);
    const part = answers?.parts[cell.part];
    if (!answers || !part) return undefined;
    const { predicted, actual } = part;
    return {
      examples: actual.length,
      scoreOf: createResampledScore(cell.metric, predicted, actual, answers.labels.length),
    };
  });
  return models.length > 0 && areAll(models) ? models : undefined;
}

/** One value of several at each draw; NaN where one is, undefined where one is missing. */
function combine(
  several: readonly (Float64Array | undefined)[],
  how: (values: readonly number[]) => number,
): Float64Array | undefined {
  if (!areAll(several)) return undefined;
  return several[0]!.map((_, draw) => {
    const values = several.map((scores) => scores[draw]!);
    return values.some(Number.isNaN) ? Number.NaN : how(values);
  });
}

function areAll<Value>(values: readonly (Value | undefined)[]): values is readonly Value[] {
  return values.every((value) => value !== undefined);
}
