/** `experiments/<name>.tuning.csv`: every run of a search, what it found and what it cost. */
import { type Column, columnsOf } from '../../base/column.ts';
import type { RunRecord } from '../run-folder.ts';
import { describeKey } from './hyperparameters.ts';

export interface TuningRow {
  experiment: string;
  arm: string;
  /** What is searched, by key. */
  coordinates: Record<string, number | string | boolean>;
  seed: number;
  metric: string;
  score: number | undefined;
  isChosen: boolean;
  /** The fraction of its training at which successive halving has left it. */
  droppedAt?: number;
  /** Absent of a run that has not begun. */
  record: RunRecord | undefined;
  /** To its end, or to where it has paused last. */
  spent: RunRecord['progress'] | undefined;
  runId: string;
}

const { text, whole, real, flag } = columnsOf<TuningRow>();

/** @param keys that some arm searches, a column each under the key's own name */
export function tuningColumns(keys: readonly string[] = []): Column<TuningRow>[] {
  const searched = keys.map((name): Column<TuningRow> => {
    const { type, meaning } = describeKey(name);
    return { name, type, meaning, value: ({ coordinates }) => coordinates[name] };
  });
  return [
    text('experiment', 'the experiment', (row) => row.experiment),
    text('arm', 'one of its arms', (row) => row.arm),
    ...searched,
    whole('seed', '', 'the pre-training seed, which no report has', (row) => row.seed),
    text('metric', 'what is searched for', (row) => row.metric),
    real('score', "the metric's", 'what the run reached', (row) => row.score),
    flag('is_chosen', "whether the arm's runs have these values", (row) => row.isChosen),
    real('left_at', '', 'the fraction of its training at which halving left the run', (row) => row.droppedAt),
    text('status', 'as in runs.csv; empty of a run that has not begun', (row) => row.record?.status),
    text('reason', 'as in runs.csv', (row) => row.record?.reason),
    real(
      'train_flops',
      'operations',
      'as in runs.csv; of a run that was left, up to there',
      (row) => row.spent?.flops,
    ),
    real(
      'elapsed_seconds',
      'seconds',
      'as in runs.csv; of a run that was left, up to there',
      (row) => row.spent?.elapsedSeconds,
    ),
    text('run_id', "the run's folder under `runs/`", (row) => row.runId),
  ];
}
