/** `experiments/<name>.tuning.csv`: every run of a search, what it found and what it cost. */
import { join } from 'node:path';
import { runIdOf } from '../config/run-id.ts';
import { tuningColumns } from '../results/columns/tuning-columns.ts';
import { writeTable } from '../results/data-package.ts';
import { spentBy, type Trial } from './trials.ts';

/** The keys that some arm searches, in the order of the arms. */
export function searchedKeys(trials: readonly Trial[]): string[] {
  return [...new Set(trials.flatMap(({ coordinates }) => Object.keys(coordinates)))];
}

/** @returns the path */
export function writeTrials(results: string, trials: readonly Trial[]): string {
  const path = join('experiments', `${trials[0]!.experiment}.tuning.csv`);
  const rows = trials.map(({ cell, ...trial }) => ({
    ...trial,
    runId: runIdOf(cell),
    spent: trial.record && spentBy(trial.record),
  }));
  return writeTable(results, path, tuningColumns(searchedKeys(trials)), rows);
}

/** The same, of a search of which a run is here: the table of one made elsewhere stays as it is. */
export function recordTrials(results: string, trials: readonly Trial[]): void {
  if (trials.some(({ record }) => record !== undefined)) writeTrials(results, trials);
}
