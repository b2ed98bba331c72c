/** arms.csv: which runs each arm of an experiment consists of. */
import { type Column, columnsOf } from '../../base/column.ts';
import type { Fork } from '../stored-experiment.ts';

/** One run of one arm, whether it is there or not. */
export interface ArmRow {
  experiment: string;
  arm: string;
  seed: number;
  runId: string;
  fork?: Fork;
}

const { text, whole, real } = columnsOf<ArmRow>();

export const armColumns: readonly Column<ArmRow>[] = [
  text('experiment', 'the experiment', (row) => row.experiment),
  text('arm', 'one of its arms, in the order of its file', (row) => row.arm),
  whole('seed', '', 'the pre-training seed', (row) => row.seed),
  text(
    'run_id',
    'the run that stands for the seed; a run that is not there yet is in no other table',
    (row) => row.runId,
  ),
  text(
    'fork_from',
    'the arm whose run of the same seed it begins in, if it is a fork',
    (row) => row.fork?.from,
  ),
  real('fork_at', '', "the fraction of that run's training at which it begins", (row) => row.fork?.at),
];
