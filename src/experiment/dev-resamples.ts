/** The Multi-Bootstrap of an experiment's scores, from the answers that its runs kept; nothing where they are not kept. */
import { type CellName, readAnswers, type StoredAnswers } from '../finetune/answers-file.ts';
import type { MetricName } from '../finetune/task.ts';
import { scoreBy } from '../metrics/scores.ts';
import { mean, median } from '../statistics/describe.ts';
import { fewestSeeds, multiBootstrap, resampleExamples } from '../statistics/multi-bootstrap.ts';
import type { Bootstrap } from './claims-table.ts';
import { finalRows } from './finetune-summary.ts';
import { type RunRecord, runFolder } from './run-folder.ts';

/** A run's scores on resamples of the dev examples. */
type Resamples = Float64Array | undefined;

/**
 * @param tasks that `downstream` is the mean over
 * @returns resamples are made once a run, for all claims that it stands in
 */
export function createBootstrap(
  results: string,
  records: ReadonlyMap<string, RunRecord>,
  tasks: readonly string[],
): Bootstrap {
  const made = new Map<string, Resamples>();
  const resamplesOf = (runId: string, task: string): Resamples => {
    const key = `${runId}\n${task}`;
    if (!made.has(key)) made.set(key, resampleTask(runFolder(results, runId), records.get(runId)!, task));
    return made.get(key);
  };
  return (metric, pairs) => {
    const named = tasksOf(metric, tasks);
    if (named.length === 0 || pairs.length < fewestSeeds) return undefined;
    const scoresOf = ({ runId }: { runId: string }) =>
      combine(
        named.map((task) => resamplesOf(runId, task)),
        mean,
      );
    const ahead = pairs.map((pair) => scoresOf(pair.ahead));
    const behind = pairs.map((pair) => scoresOf(pair.behind));
    return ahead.every(isMade) && behind.every(isMade) ? multiBootstrap(ahead, behind) : undefined;
  };
}

/** The tasks behind a metric; none where it is no score. */
function tasksOf(metric: string, averaged: readonly string[]): readonly string[] {
  if (metric === 'downstream') return averaged;
  return metric.startsWith('task.') ? [metric.slice('task.'.length)] : [];
}

/** The median over fine-tuning seeds, on the same rows for all models of the task. */
function resampleTask(folder: string, record: RunRecord, task: string): Resamples {
  const rows = finalRows([record]).filter((row) => row.task === task);
  const cells = rows.filter(({ part, metric }) => part === rows[0]!.part && metric === rows[0]!.metric);
  const bySeed = cells.map((cell) => resampleModel(readAnswers(folder, cell), cell));
  return combine(bySeed, median);
}

function resampleModel(
  answers: StoredAnswers | undefined,
  { task, part, metric }: CellName & { part: string; metric: MetricName },
): Resamples {
  const given = answers?.parts[part];
  if (!answers || !given) return undefined;
  const n = given.actual.length;
  const [predicted, actual] = [new Float64Array(n), new Float64Array(n)];
  const scoreOf = (rows: Uint32Array) => {
    for (const [i, row] of rows.entries()) {
      predicted[i] = given.predicted[row]!;
      actual[i] = given.actual[row]!;
    }
    return scoreBy(metric, predicted, actual, answers.labels.length);
  };
  return resampleExamples(n, scoreOf, task);
}

/** One value of several at each draw; NaN where one is, undefined where one is missing. */
function combine(several: readonly Resamples[], how: (values: readonly number[]) => number): Resamples {
  if (several.length === 0 || !several.every(isMade)) return undefined;
  return several[0]!.map((_, draw) => {
    const values = several.map((scores) => scores[draw]!);
    return values.some(Number.isNaN) ? Number.NaN : how(values);
  });
}

function isMade(resamples: Resamples): resamples is Float64Array {
  return resamples !== undefined;
}
