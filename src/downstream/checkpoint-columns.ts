/** What every table of downstream scores says first: the checkpoint that was scored. */
import type { Column } from '../base/csv.ts';

export interface ScoredCheckpoint {
  runId: string;
  name: string;
  regime: string;
  seed: number;
  checkpointStep: number;
}

export const checkpointColumns: readonly Column<ScoredCheckpoint>[] = [
  { name: 'run_id', value: (row) => row.runId },
  { name: 'name', value: (row) => row.name },
  { name: 'regime', value: (row) => row.regime },
  { name: 'seed', value: (row) => row.seed },
  { name: 'checkpoint_step', value: (row) => row.checkpointStep },
];
