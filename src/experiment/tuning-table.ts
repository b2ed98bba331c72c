/** `experiments/<name>.tuning.csv`: every run of a search, what it found and what it cost. */
import { join } from 'node:path';
import { type Column, writeCsv } from '../base/csv.ts';
import { runIdOf } from '../config/run-id.ts';
import { spentBy, type Trial } from './trials.ts';

/** The keys that some arm searches, in the order of the arms. */
export function searchedKeys(trials: readonly Trial[]): string[] {
  return [...new Set(trials.flatMap(({ coordinates }) => Object.keys(coordinates)))];
}

/** A column for each searched key, under the key's own name. */
function columnsOf(trials: readonly Trial[]): Column<Trial>[] {
  return [
    { name: 'experiment', value: ({ experiment }) => experiment },
    { name: 'arm', value: ({ arm }) => arm },
    ...searchedKeys(trials).map((name) => ({ name, value: ({ coordinates }: Trial) => coordinates[name] })),
    { name: 'seed', value: ({ seed }) => seed },
    { name: 'metric', value: ({ metric }) => metric },
    { name: 'score', value: ({ score }) => score },
    { name: 'is_chosen', value: ({ isChosen }) => isChosen },
    { name: 'left_at', value: ({ droppedAt }) => droppedAt },
    { name: 'status', value: ({ record }) => record?.status },
    { name: 'reason', value: ({ record }) => record?.reason },
    { name: 'train_flops', value: ({ record }) => record && spentBy(record)?.flops },
    { name: 'elapsed_seconds', value: ({ record }) => record && spentBy(record)?.elapsedSeconds },
    { name: 'run_id', value: ({ cell }) => runIdOf(cell) },
  ];
}

/** @returns the path */
export function writeTrials(results: string, trials: readonly Trial[]): string {
  const path = join(results, 'experiments', `${trials[0]!.experiment}.tuning.csv`);
  writeCsv(path, columnsOf(trials), trials);
  return path;
}

/** The same, of a search of which a run is here: the table of one made elsewhere stays as it is. */
export function recordTrials(results: string, trials: readonly Trial[]): void {
  if (trials.some(({ record }) => record !== undefined)) writeTrials(results, trials);
}
