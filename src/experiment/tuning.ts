/**
 * A short search for one value per arm, over the same grid for all, by a task and on seeds that no claim is about.
 *
 * A search is ordinary runs in the results folder, so that it is recorded, counted and reused like them; what it found
 * is read from their records.
 *
 * @source ELECTRA, Appendix A (the learning rate was chosen per model from a small grid)
 */
import { join } from 'node:path';
import { merge } from '../config/resolve.ts';
import { finetuneHashOf, runIdOf } from '../config/run-id.ts';
import type { RunConfig } from '../config/schema.ts';
import type { Mapping } from '../config/yaml-file.ts';
import { type Column, writeCsv } from '../report/csv.ts';
import type { Arm } from './arms.ts';
import type { ExperimentPlan } from './experiment-file.ts';
import type { Tuning } from './experiment-schema.ts';
import { isDone, type RunRecord, readRecord, runFolder } from './run-folder.ts';

/** One run of a search. */
export interface Trial {
  experiment: string;
  arm: string;
  key: string;
  value: number;
  seed: number;
  task: string;
  cell: RunConfig;
  /** Absent until it has begun. */
  record: RunRecord | undefined;
  /** On the task; absent until it is finished, and of a run that failed. */
  score: number | undefined;
  isChosen: boolean;
}

/** Every run of an experiment's search, arm by arm, with what is known of it; none if the file has no search. */
export function trialsOf(plan: ExperimentPlan, results: string): Trial[] {
  const { tuning } = plan.content;
  if (!tuning) return [];
  return plan.arms.filter(isSearched).flatMap((arm) => {
    const trials = tuning.values.flatMap((value) =>
      tuning.seeds.map((seed) => trialOf(plan, tuning, arm, value, seed, results)),
    );
    const best = bestOf(tuning, trials);
    return trials.map((trial) => ({ ...trial, isChosen: trial.value === best }));
  });
}

/** An arm that takes its generator from another arm's run has nothing to take it from in a search. */
function isSearched({ tunedAs, generatorFrom }: Arm): boolean {
  return tunedAs === undefined && generatorFrom === undefined;
}

function trialOf(
  { name, cellOf }: ExperimentPlan,
  { key, task, changes }: Tuning,
  arm: Arm,
  value: number,
  seed: number,
  results: string,
): Trial {
  const label = `${arm.name}, ${key.split('.').at(-1)} ${value}, seed ${seed}`;
  const search = { name: label, finetune: { tasks: [task], seeds: 1, at: [] } };
  const cell = cellOf(arm, seed, () => merge(merge(changes, change(key, value)), search));
  const record = readRecord(runFolder(results, runIdOf(cell)));
  const score = record && isDone(record) ? scoreOf(record, cell, task) : undefined;
  return { experiment: name, arm: arm.name, key, value, seed, task, cell, record, score, isChosen: false };
}

function scoreOf({ finetune }: RunRecord, cell: RunConfig, task: string): number | undefined {
  const settings = finetuneHashOf(cell);
  const last = Math.max(...finetune.map(({ checkpointStep }) => checkpointStep));
  return finetune.find((row) => row.task === task && row.settings === settings && row.checkpointStep === last)
    ?.score;
}

function change(key: string, value: number): Mapping {
  return key.split('.').reduceRight<unknown>((inner, step) => ({ [step]: inner }), value) as Mapping;
}

/** The value with the best mean score over the seeds, once every run has a score or has failed. */
function bestOf({ values }: Tuning, trials: readonly Trial[]): number | undefined {
  if (!trials.every(({ score, record }) => score !== undefined || record?.status === 'failed'))
    return undefined;
  const means = values.map((value) => {
    const scores = trials.filter((trial) => trial.value === value).map(({ score }) => score ?? -Infinity);
    return scores.reduce((sum, score) => sum + score, 0) / scores.length;
  });
  const best = Math.max(...means);
  return Number.isFinite(best) ? values[means.indexOf(best)] : undefined;
}

/** What the search has found for an arm: nothing, where it is not finished or there is none. */
export function tunedChanges(plan: ExperimentPlan, trials: readonly Trial[]): (arm: Arm) => Mapping {
  return function changesOf(arm: Arm): Mapping {
    if (arm.tunedAs !== undefined) return changesOf(plan.arms.find(({ name }) => name === arm.tunedAs)!);
    const chosen = trials.find((trial) => trial.arm === arm.name && trial.isChosen);
    return chosen ? change(chosen.key, chosen.value) : {};
  };
}

const columns: readonly Column<Trial>[] = [
  { name: 'experiment', value: ({ experiment }) => experiment },
  { name: 'arm', value: ({ arm }) => arm },
  { name: 'key', value: ({ key }) => key },
  { name: 'value', value: ({ value }) => value },
  { name: 'seed', value: ({ seed }) => seed },
  { name: 'task', value: ({ task }) => task },
  { name: 'score', value: ({ score }) => score },
  { name: 'is_chosen', value: ({ isChosen }) => isChosen },
  { name: 'status', value: ({ record }) => record?.status },
  { name: 'reason', value: ({ record }) => record?.reason },
  { name: 'train_flops', value: ({ record }) => record?.progress?.flops },
  { name: 'elapsed_seconds', value: ({ record }) => record?.progress?.elapsedSeconds },
  { name: 'run_id', value: ({ cell }) => runIdOf(cell) },
];

/** `experiments/<name>.tuning.csv`: every run of a search, what it found and what it cost. @returns the path */
export function writeTrials(results: string, trials: readonly Trial[]): string {
  const path = join(results, 'experiments', `${trials[0]!.experiment}.tuning.csv`);
  writeCsv(path, columns, trials);
  return path;
}

/** The same, of a search of which a run is here: the table of one made elsewhere stays as it is. */
export function recordTrials(results: string, trials: readonly Trial[]): void {
  if (trials.some(({ record }) => record !== undefined)) writeTrials(results, trials);
}
