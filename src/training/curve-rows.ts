/** curves.csv: one row per run, step and metric. */
import type { Column } from '../base/csv.ts';

export interface CurveRow {
  runId: string;
  step: number;
  tokens: number;
  flops: number;
  officialFlops: number;
  elapsedSeconds: number;
  metric: string;
  value: number | undefined;
}

export const curveColumns: readonly Column<CurveRow>[] = [
  { name: 'run_id', value: (row) => row.runId },
  { name: 'step', value: (row) => row.step },
  { name: 'tokens', value: (row) => row.tokens },
  { name: 'train_flops', value: (row) => row.flops },
  { name: 'official_flops', value: (row) => row.officialFlops },
  { name: 'elapsed_seconds', value: (row) => Number(row.elapsedSeconds.toFixed(3)) },
  { name: 'metric', value: (row) => row.metric },
  { name: 'value', value: (row) => row.value },
];
