/** What a figure draws of an arm: each pre-training seed's value, and their mean with its interval. */
import { groupBy } from '../../base/group.ts';
import { type Spread, spreadOf } from '../mean-interval.ts';
import { isDownstream } from '../metric-display.ts';
import type { ExperimentReport, RunReport, ScoreReport } from '../report-data.ts';
import { indicesOf } from './palette.ts';

/** An arm with its runs, as figures need it. */
export interface Arm {
  name: string;
  /** Decides colour and shape. */
  index: number;
  coordinates: Record<string, string | number | boolean>;
  runs: RunReport[];
}

/** One run's value. */
export interface Sample {
  seed: number;
  value: number;
  hasFailed: boolean;
  /** Of fine-tuning seeds, whose median the value is; absent where there is one. */
  range?: [low: number, high: number];
}

/** What an experiment compares; a folder without experiments compares its runs by name. */
export function armsOf(experiment: ExperimentReport, runs: readonly RunReport[]): Arm[] {
  const byId = new Map(runs.map((run) => [run.runId, withAverages(run, experiment)]));
  const arms = experiment.arms.map(({ name, coordinates, runIds }) => {
    const found = runIds.map((id) => byId.get(id)).filter((run) => run !== undefined);
    return { name, coordinates, runs: found };
  });
  return withIndices(arms);
}

function withIndices(arms: readonly Omit<Arm, 'index'>[]): Arm[] {
  const indices = indicesOf(arms.map(({ name }) => name));
  return arms.map((arm, i) => ({ ...arm, index: indices[i]! }));
}

/** A run of two experiments has another average in each, where they have other tasks. */
function withAverages(run: RunReport, { averages }: ExperimentReport): RunReport {
  const others = run.scores.filter(({ metric }) => metric !== 'downstream');
  return { ...run, scores: [...(averages[run.runId] ?? []), ...others] };
}

/** Runs of one name are seeds of one arm, unless two share a seed: then they differ in something else. */
export function armsByName(runs: readonly RunReport[]): Arm[] {
  const groups = groupBy(runs, nameWithoutSeed);
  const arms = [...groups].flatMap(([name, group]): Omit<Arm, 'index'>[] => {
    const seeds = new Set(group.map(({ seed }) => seed));
    if (seeds.size === group.length) return [{ name, coordinates: {}, runs: group }];
    return group.map((run) => ({ name: `${name} · ${hashOf(run)}`, coordinates: {}, runs: [run] }));
  });
  return withIndices(arms);
}

/** `adversarial, seed 0` of a sweep is one of the arm's runs. */
function nameWithoutSeed({ name, seed }: RunReport): string {
  const ending = `, seed ${seed}`;
  return name.endsWith(ending) ? name.slice(0, -ending.length) : name;
}

function hashOf({ runId }: RunReport): string {
  return runId.split('-').at(-1)!;
}

export function samplesOf({ runs }: Arm, metric: string): Sample[] {
  return runs.flatMap((run) => {
    const value = runValue(run, metric);
    return value === undefined
      ? []
      : [{ seed: run.seed, value, hasFailed: hasFailed(run), ...rangeOf(run, metric) }];
  });
}

function rangeOf(run: RunReport, metric: string): Pick<Sample, 'range'> {
  const { lowest, highest } = lastScore(run, metric) ?? {};
  return lowest === undefined || highest === undefined ? {} : { range: [lowest, highest] };
}

export function spreadOfSamples(samples: readonly Sample[]): Spread | undefined {
  return spreadOf(samples.map(({ value }) => value));
}

/** It ended where nothing was learned; what it scores is shown, and marked. */
export function hasFailed({ status }: RunReport): boolean {
  return status === 'failed-to-learn' || status === 'failed';
}

/** @param metric a score of the last checkpoint, a measurement of the last evaluation, or a cost */
export function runValue(run: RunReport, metric: string): number | undefined {
  if (isDownstream(metric)) return lastScore(run, metric)?.score;
  const costs: Record<string, number | undefined> = {
    train_flops: run.trainFlops,
    official_flops: run.officialFlops,
    elapsed_seconds: run.elapsedSeconds,
    peak_memory_bytes: run.peakMemoryBytes,
    tokens: run.tokens,
  };
  return metric in costs ? costs[metric] : run.metrics[metric];
}

/** Of what was pre-trained: the score at step 0 is a control. */
export function lastScore({ scores }: RunReport, metric: string): ScoreReport | undefined {
  const own = scores.filter((score) => score.metric === metric && score.checkpointStep > 0);
  return own.toSorted((a, b) => a.checkpointStep - b.checkpointStep).at(-1);
}

export function untrainedScore({ scores }: RunReport, metric: string): ScoreReport | undefined {
  return scores.find((score) => score.metric === metric && score.checkpointStep === 0);
}

/**
 * What the experiment is decided by, where some arm has it; else the average, else the first score that all arms with
 * scores share.
 */
export function mainScore(arms: readonly Arm[], primary?: string): string | undefined {
  const named = arms.map(
    ({ runs }) => new Set(runs.flatMap(({ scores }) => scores.map(({ metric }) => metric))),
  );
  if (primary !== undefined && named.some((metrics) => metrics.has(primary))) return primary;
  const scored = named.filter(({ size }) => size > 0);
  const shared = [...(scored[0] ?? [])].filter((metric) => scored.every((names) => names.has(metric)));
  return shared.includes('downstream') ? 'downstream' : shared[0];
}
