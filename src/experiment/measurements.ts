/** What a run came to, by metric: its scores, its last evaluation, its cost. Summary and claims are made of these. */
import { averageOverTasks, finalRows, firstMetrics, summariseTasks } from './finetune-summary.ts';
import { isDone, type RunRecord } from './run-folder.ts';
import { metricNames } from './tables.ts';

export interface Measurement {
  value: number;
  /** Of scores: how many fine-tuned models are behind the median. */
  finetuneSeeds?: number;
}

/** By run id, then by metric. */
export type Measurements = ReadonlyMap<string, ReadonlyMap<string, Measurement>>;

/** Costs that arms can be compared by. */
export const costNames = ['tokens', 'train_flops', 'official_flops', 'elapsed_seconds'];

/** Which way a metric points: losses, a collapse and costs down, everything else up. */
export function isLowerBetter(metric: string): boolean {
  return /_(loss|collapsed)$/.test(metric) || costNames.includes(metric);
}

/**
 * The measurements of one experiment's runs, of those that came to their end. Scores are by each run's own fine-tuning
 * recipe, from the last checkpoint, medians over fine-tuning seeds.
 *
 * @param records of the experiment, all of them: `downstream` is the mean over the tasks that each has
 */
export function measure(records: readonly RunRecord[]): { tasks: string[]; measurements: Measurements } {
  const done = records.filter(isDone);
  const scores = scoresOf(done);
  const measurements = done.map((record) => {
    const { runId, metrics, progress } = record;
    const costs = [progress?.tokens, progress?.flops, progress?.officialFlops, progress?.elapsedSeconds];
    const values = [
      ...Object.entries(metrics).map(([name, value]) => [name, { value }] as const),
      ...costNames.map((name, i) => [name, { value: costs[i] }] as const),
    ];
    return [runId, new Map([...(scores.byRun.get(runId) ?? []), ...values.filter(isMeasured)])] as const;
  });
  return { tasks: scores.tasks, measurements: new Map(measurements) };
}

/** Every metric that some run has: scores first, then as runs.csv orders them, then what it does not show, then costs. */
export function metricsOf(measurements: Measurements): string[] {
  const names = new Set([...measurements.values()].flatMap((metrics) => [...metrics.keys()]));
  const known = [...metricNames, ...costNames];
  const isScore = (name: string) => name === 'downstream' || name.startsWith('task.');
  const scores = [...names].filter(isScore).sort();
  const others = [...names].filter((name) => !isScore(name) && !known.includes(name)).sort();
  return [...scores, ...metricNames, ...others, ...costNames].filter((name) => names.has(name));
}

type Named = readonly [string, Measurement];

function isMeasured(entry: readonly [string, { value: number | undefined }]): entry is Named {
  return entry[1].value !== undefined;
}

function scoresOf(records: readonly RunRecord[]): { tasks: string[]; byRun: Map<string, readonly Named[]> } {
  const summaries = summariseTasks(finalRows(records));
  const { tasks, arms } = averageOverTasks(summaries);
  const firsts = firstMetrics(summaries).filter(({ median }) => median !== undefined);
  const byRun = records.map(({ runId }) => {
    const own = firsts.filter((row) => row.runId === runId);
    const seeds = own.filter(({ task }) => tasks.includes(task)).map((row) => row.seeds);
    const average = arms.find((arm) => arm.runId === runId)?.average;
    const downstream: Named[] =
      average === undefined ? [] : [['downstream', { value: average, finetuneSeeds: Math.min(...seeds) }]];
    const single = own.map(
      ({ task, median, seeds }): Named => [`task.${task}`, { value: median!, finetuneSeeds: seeds }],
    );
    return [runId, [...downstream, ...single]] as const;
  });
  return { tasks, byRun: new Map(byRun) };
}
