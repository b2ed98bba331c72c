/**
 * A short search for one value per arm, over the same grid for all, by a task and on seeds that no claim is about.
 *
 * A search is ordinary runs in the results folder, so that it is recorded, counted and reused like them; what it found
 * is read from their records.
 *
 * @source ELECTRA, Appendix A (the learning rate was chosen per model from a small grid)
 */
import { join } from 'node:path';
import { ConfigError, explain } from '../base/errors.ts';
import { merge } from '../config/resolve.ts';
import { finetuneHashOf, runIdOf } from '../config/run-id.ts';
import type { RunConfig } from '../config/schema.ts';
import type { Mapping } from '../config/yaml-file.ts';
import type { FinetuneRow } from '../finetune/finetune-table.ts';
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
  /** On the task; absent until it is finished, of a run that failed, and where the answers define none. */
  score: number | undefined;
  /** Nothing more will come of it: it has answered the task, or has failed. */
  isTried: boolean;
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
  const row = record && isDone(record) ? rowOf(record, cell, task) : undefined;
  const isTried = row !== undefined || record?.status === 'failed';
  const known = { record, score: row?.score, isTried, isChosen: false };
  return { experiment: name, arm: arm.name, key, value, seed, task, cell, ...known };
}

function rowOf({ finetune }: RunRecord, cell: RunConfig, task: string): FinetuneRow | undefined {
  const settings = finetuneHashOf(cell);
  const last = Math.max(...finetune.map(({ checkpointStep }) => checkpointStep));
  return finetune.find(
    (row) => row.task === task && row.settings === settings && row.checkpointStep === last,
  );
}

function change(key: string, value: number): Mapping {
  return key.split('.').reduceRight<unknown>((inner, step) => ({ [step]: inner }), value) as Mapping;
}

/** The value with the best mean score over the seeds, once every run was tried; one without a score is the worst. */
function bestOf({ values }: Tuning, trials: readonly Trial[]): number | undefined {
  if (!trials.every(({ isTried }) => isTried)) return undefined;
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

/**
 * @param only arms that will be run; none means all
 * @throws {ConfigError} if some of them would run with a value that was searched, and others without
 */
export function assertSearchedAlike(
  { name, arms }: Pick<ExperimentPlan, 'name' | 'arms'>,
  trials: readonly Trial[],
  only: readonly string[],
): void {
  const isSearched = (name: string) => trials.some(({ arm }) => arm === name);
  const wanted = arms.filter((arm) => only.length === 0 || only.includes(arm.name));
  const searched = [...new Set(wanted.map((arm) => arm.tunedAs ?? arm.name))].filter(isSearched);
  const without = searched.filter((name) => !trials.some(({ arm, isChosen }) => arm === name && isChosen));
  if (without.length === 0 || without.length === searched.length) return;
  const remedy = `finish electra-lab tune ${name}; where all runs of an arm failed, give \`tuning\` other values`;
  const rule = 'a search that has found a value for every arm, or for none';
  throw new ConfigError(explain(`${name}: tuning`, rule, `none for ${without.join(', ')}`, remedy));
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
