/** Fine-tuning scores over seeds, and averages over tasks that compare like with like. */
import { groupBy } from '../base/group.ts';
import type { FinetuneRow } from '../downstream/finetune/finetune-table.ts';
import { tuningTasks } from '../downstream/tasks/offline.ts';
import { mean, median } from '../statistics/describe.ts';
import type { RunRecord } from './run-folder.ts';

/** The rows that runs' own configurations asked for; scores of other settings are left to finetune.csv. */
export function ownRows(records: readonly RunRecord[]): FinetuneRow[] {
  return records.flatMap(({ finetune, finetuneHash }) =>
    finetune.filter(({ settings }) => settings === finetuneHash),
  );
}

/** Of these, the rows of the last checkpoint. */
export function finalRows(records: readonly RunRecord[]): FinetuneRow[] {
  return records.flatMap((record) =>
    ownRows([record]).filter(({ checkpointStep }) => checkpointStep === record.progress?.step),
  );
}

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
    | 'headOnlyScore'
  > {
  seeds: number;
  /** As the paper reports; absent where a seed's score is undefined. */
  median?: number;
  mean?: number;
}

/** In the order of the rows. */
export function summariseTasks(rows: readonly FinetuneRow[]): TaskSummary[] {
  const groups = grouped(rows, (row) =>
    [row.runId, row.name, row.checkpointStep, row.settings, row.task, row.part, row.metric].join('\n'),
  );
  return groups.map((group) => {
    const { score: _, finetuneSeed: __, ...same } = group[0]!;
    const scores = group.flatMap(({ score }) => (score === undefined ? [] : [score]));
    const averages = scores.length < group.length ? {} : { median: median(scores), mean: mean(scores) };
    return { ...same, seeds: group.length, ...averages };
  });
}

/** Whether fine-tuning lost what was there: its median is below the head that was fitted on the frozen encoder. */
export function hasRecipeFailed({ median, headOnlyScore }: TaskSummary): boolean {
  return median !== undefined && headOnlyScore !== undefined && median < headOnlyScore;
}

/** What each task counts by: its first metric on its first part. */
export function firstMetrics(summaries: readonly TaskSummary[]): TaskSummary[] {
  const firsts = new Map<string, TaskSummary>();
  for (const row of summaries) if (!firsts.has(row.task)) firsts.set(row.task, row);
  return summaries.filter(({ task, part, metric }) => {
    const first = firsts.get(task)!;
    return part === first.part && metric === first.metric;
  });
}

export interface AverageScore {
  runId: string;
  name: string;
  checkpointStep: number;
  settings: string;
  /** Over the tasks' medians. */
  average: number;
}

/**
 * Each arm's average over the tasks that all of the arms have: an average over other tasks is another measure. An arm
 * whose answers to one of them define no score has no average; the others keep theirs, over the same tasks.
 *
 * @returns no averages if no task is common to all
 */
export function averageOverTasks(summaries: readonly TaskSummary[]): {
  tasks: string[];
  arms: AverageScore[];
} {
  const counted = firstMetrics(summaries).filter(({ task }) => !notAveraged.includes(task));
  const arms = grouped(counted, ({ runId, name, checkpointStep, settings }) =>
    [runId, name, checkpointStep, settings].join('\n'),
  );
  const tasks = [...new Set(counted.map(({ task }) => task))].filter((task) =>
    arms.every((arm) => arm.some((row) => row.task === task)),
  );
  if (tasks.length === 0) return { tasks, arms: [] };
  const averaged = arms.flatMap((arm) => {
    const { runId, name, checkpointStep, settings } = arm[0]!;
    const medians = arm.filter(({ task }) => tasks.includes(task)).map((row) => row.median);
    if (!medians.every((median) => median !== undefined)) return [];
    return [{ runId, name, checkpointStep, settings, average: mean(medians) }];
  });
  return { tasks, arms: averaged };
}

/** What recipes were tuned on, and the task whose dev set is made to mislead: the paper's averages are without it. */
const notAveraged: readonly string[] = [...tuningTasks.map(({ name }) => name), 'wnli'];

function grouped<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Row[][] {
  return [...groupBy(rows, keyOf).values()];
}
