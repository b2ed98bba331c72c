/** The runs of a search, and what is known of them. */
import { groupBy } from '../base/group.ts';
import { canonicalJson } from '../config/run-id.ts';
import type { RunConfig } from '../config/schema.ts';
import type { Mapping } from '../config/yaml-file.ts';
import type { RunRecord } from '../results/run-folder.ts';
import { mean } from '../statistics/describe.ts';
import type { Coordinates } from './arms.ts';

/** One run of a search. */
export interface Trial {
  experiment: string;
  arm: string;
  /** The searched keys' values, such as `optimiser.learningRate` → 0.001. */
  coordinates: Coordinates;
  /** What they change of the arm. */
  changes: Mapping;
  seed: number;
  metric: string;
  cell: RunConfig;
  /** Absent until it has begun. */
  record: RunRecord | undefined;
  /** By the metric; absent until it is finished, of a run that failed, and where the answers define none. */
  score: number | undefined;
  /** Nothing more will come of it: it has answered, or has failed. */
  isTried: boolean;
  isChosen: boolean;
  /** By the fraction of its training at which it has paused: the score there, absent where the metric had none yet. */
  rungs: ReadonlyMap<number, number | undefined>;
  /** The fraction of its training at which successive halving has left it. */
  droppedAt?: number;
}

/** A point of an arm's grid: its runs, one for each seed. */
export interface Candidate {
  arm: string;
  coordinates: Coordinates;
  trials: readonly Trial[];
  /** The mean over its runs; absent while one of them has none. */
  score: number | undefined;
  isChosen: boolean;
}

/** In the order of the trials. */
export function candidatesOf(trials: readonly Trial[]): Candidate[] {
  const groups = groupBy(trials, ({ arm, coordinates }) => canonicalJson([arm, coordinates]));
  return [...groups.values()].map((own) => {
    const { arm, coordinates, isChosen } = own[0]!;
    const scores = own.flatMap(({ score }) => score ?? []);
    const score = scores.length === own.length ? mean(scores) : undefined;
    return { arm, coordinates, trials: own, score, isChosen };
  });
}

export function hasLearned({ record }: Trial): boolean {
  return record?.status === 'finished';
}

/** What a run has cost: to its end, or to where it has paused last. */
export function spentBy({ progress, rungs = [] }: RunRecord): RunRecord['progress'] {
  return progress ?? rungs.toSorted((a, b) => a.step - b.step).at(-1);
}
