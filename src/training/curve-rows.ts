/** curves.csv: one row per run, step and metric. */
import { type Column, columnsOf, ofMetric, rounded } from '../base/column.ts';
import { declarationOf } from '../metrics/measurements.ts';

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

const { text, whole, real } = columnsOf<CurveRow>();
const meaningOf = (name: string) => declarationOf(name)!.meaning;

export const curveColumns: readonly Column<CurveRow>[] = [
  text('run_id', "the run's folder under `runs/`", (row) => row.runId),
  whole('step', 'steps', 'optimiser steps so far', (row) => row.step),
  whole('tokens', 'tokens', meaningOf('tokens'), (row) => row.tokens),
  real('train_flops', 'operations', meaningOf('train_flops'), (row) => row.flops),
  real('official_flops', 'operations', meaningOf('official_flops'), (row) => row.officialFlops),
  real('elapsed_seconds', 'seconds', meaningOf('elapsed_seconds'), (row) => rounded(row.elapsedSeconds)),
  text('metric', 'a measurement of runs.csv, or one of training steps', (row) => row.metric),
  real(
    'value',
    ofMetric,
    'its value; of training steps, the mean since the last such row',
    (row) => row.value,
  ),
];
