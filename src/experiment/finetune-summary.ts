/** Fine-tuning scores over seeds, and averages over tasks that compare like with like. */
import type { FinetuneRow } from '../finetune/finetune-table.ts';
import { tuningTask } from '../finetune/tasks/offline.ts';

/** One metric of one checkpoint on one part of a task's dev, over fine-tuning seeds. */
export interface TaskSummary
  extends Pick<
    FinetuneRow,
    | 'runId'
    | 'name'
    | 'checkpointStep'
    | 'settings'
    | 'task'
    | 'part'
    | 'metric'
    | 'learningRate'
    | 'epochs'
    | 'majorityScore'
    | 'bagOfWordsScore'
  > {
  seeds: number;
  /** As the paper reports; absent where a seed's score is undefined. */
  median?: number;
  mean?: number;
}

/** In the order of the rows. */
export function summariseTasks(rows: readonly FinetuneRow[]): TaskSummary[] {
  const groups = groupBy(rows, (row) =>
    [row.runId, row.name, row.checkpointStep, row.settings, row.task, row.part, row.metric].join('\n'),
  );
  return groups.map((group) => {
    const { score: _, finetuneSeed: __, ...same } = group[0]!;
    const scores = group.flatMap(({ score }) => (score === undefined ? [] : [score]));
    const averages = scores.length < group.length ? {} : { median: median(scores), mean: mean(scores) };
    return { ...same, seeds: group.length, ...averages };
  });
}

export interface AverageScore {
  name: string;
  checkpointStep: number;
  settings: string;
  /** Over the tasks' medians. */
  average: number;
}

/**
 * Each arm's average over the tasks that all of the arms have: an average over other tasks is another measure.
 *
 * @returns no averages if fewer than two tasks are common to all
 */
export function averageOverTasks(summaries: readonly TaskSummary[]): {
  tasks: string[];
  arms: AverageScore[];
} {
  const arms = groupBy(summaries.filter(isMain(summaries)), ({ runId, name, checkpointStep, settings }) =>
    [runId, name, checkpointStep, settings].join('\n'),
  );
  const scored = arms.map((arm) => arm.filter((row) => row.median !== undefined));
  const tasks = [...new Set(summaries.map(({ task }) => task))].filter((task) =>
    scored.every((arm) => arm.some((row) => row.task === task)),
  );
  if (tasks.length < 2) return { tasks: [], arms: [] };
  const averaged = scored.map((arm) => {
    const { name, checkpointStep, settings } = arm[0]!;
    const medians = arm.filter(({ task }) => tasks.includes(task)).map((row) => row.median!);
    return { name, checkpointStep, settings, average: mean(medians) };
  });
  return { tasks, arms: averaged };
}

/** What recipes were tuned on, and the task whose dev set is made to mislead: the paper's averages are without it. */
const notAveraged: readonly string[] = [tuningTask.name, 'wnli'];

/** A task counts by its first metric on its first part. */
function isMain(summaries: readonly TaskSummary[]): (row: TaskSummary) => boolean {
  return ({ task, part, metric }) => {
    if (notAveraged.includes(task)) return false;
    const first = summaries.find((row) => row.task === task)!;
    return part === first.part && metric === first.metric;
  };
}

function groupBy<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Row[][] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row]);
  return [...groups.values()];
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
