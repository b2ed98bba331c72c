/** finetune.csv: one row per run, task and fine-tuning seed. */
import type { Column } from '../report/csv.ts';

export interface FinetuneRow {
  runId: string;
  /** The arm. */
  name: string;
  regime: string;
  /** Pre-training seed. */
  seed: number;
  /** Pre-training steps of the checkpoint. */
  checkpointStep: number;
  task: string;
  finetuneSeed: number;
  metric: string;
  score: number;
  majorityScore: number;
  epochs: number;
  elapsedSeconds: number;
}

export const finetuneColumns: readonly Column<FinetuneRow>[] = [
  { name: 'run_id', value: (row) => row.runId },
  { name: 'name', value: (row) => row.name },
  { name: 'regime', value: (row) => row.regime },
  { name: 'seed', value: (row) => row.seed },
  { name: 'checkpoint_step', value: (row) => row.checkpointStep },
  { name: 'task', value: (row) => row.task },
  { name: 'finetune_seed', value: (row) => row.finetuneSeed },
  { name: 'metric', value: (row) => row.metric },
  { name: 'score', value: (row) => row.score },
  { name: 'majority_score', value: (row) => row.majorityScore },
  { name: 'epochs', value: (row) => row.epochs },
  { name: 'elapsed_seconds', value: (row) => Number(row.elapsedSeconds.toFixed(3)) },
];
