/** The Multi-Bootstrap of an experiment's scores, from the answers that its runs kept; nothing where they are not kept. */
import { readAnswers } from '../downstream/finetune/answers-file.ts';
import { type MetricName, scoreBy } from '../metrics/scores.ts';
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

/** One score of some rows, repeated ones too; undefined where the metric is. */
type ResampledScore = (rows: Uint32Array) => number | undefined;

/**
 * @param predicted [n], as `scoreBy` takes them
 * @param actual    [n], likewise
 * @param K         classes; read by Matthews only
 * @returns a function of [n] rows, which reuses its arrays
 */
export function createResampledScore(
  metric: MetricName,
  predicted: ArrayLike<number>,
  actual: ArrayLike<number>,
  K: number,
): ResampledScore {
  if (metric === 'accuracy') return createResampledAccuracy(predicted, actual);
  if (metric === 'spearman') return createResampledSpearman(predicted, actual);
  const [x, y] = [new Float64Array(predicted.length), new Float64Array(actual.length)];
  return (rows) => {
    for (let i = 0; i < rows.length; i++) {
      x[i] = predicted[rows[i]!]!;
      y[i] = actual[rows[i]!]!;
    }
    return scoreBy(metric, x, y, K);
  };
}

function createResampledAccuracy(predicted: ArrayLike<number>, actual: ArrayLike<number>): ResampledScore {
  const isRight = Uint8Array.from(actual, (label, i) => (predicted[i] === label ? 1 : 0));
  return (rows) => {
    let right = 0;
    for (let i = 0; i < rows.length; i++) right += isRight[rows[i]!]!;
    return right / rows.length;
  };
}

/** Sorts once: where values are their places among the distinct ones, counting ranks any resample of them. */
function createResampledSpearman(predicted: ArrayLike<number>, actual: ArrayLike<number>): ResampledScore {
  const [ranksOfPredicted, ranksOfActual] = [createResampledRanks(predicted), createResampledRanks(actual)];
  return (rows) => correlateRanks(ranksOfPredicted(rows), ranksOfActual(rows));
}

/** Pearson's, of ranks from 0, whose mean is known; undefined where either side is constant. */
function correlateRanks(x: Float64Array, y: Float64Array): number | undefined {
  const centre = (x.length - 1) / 2;
  let [xx, xy, yy] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    const [dx, dy] = [x[i]! - centre, y[i]! - centre];
    xx += dx * dx;
    xy += dx * dy;
    yy += dy * dy;
  }
  return xx === 0 || yy === 0 ? undefined : xy / Math.sqrt(xx * yy);
}

/** @returns a function that gives rows their ranks among each other, from 0; tied values share their mean rank */
function createResampledRanks(values: ArrayLike<number>): (rows: Uint32Array) => Float64Array {
  const distinct = [...new Set(Array.from(values))].sort((a, b) => a - b);
  const placeOf = new Map(distinct.map((value, place) => [value, place]));
  const places = Uint32Array.from(values, (value) => placeOf.get(value)!);
  const ranks = new Float64Array(values.length);
  const [counts, rankAt] = [new Uint32Array(distinct.length), new Float64Array(distinct.length)];
  return (rows) => {
    counts.fill(0);
    for (let i = 0; i < rows.length; i++) counts[places[rows[i]!]!]! += 1;
    for (let place = 0, below = 0; place < counts.length; place++) {
      rankAt[place] = below + (counts[place]! - 1) / 2;
      below += counts[place]!;
    }
    for (let i = 0; i < rows.length; i++) ranks[i] = rankAt[places[rows[i]!]!]!;
    return ranks;
  };
}
