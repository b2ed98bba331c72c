/**
 * Every measurement of a run, declared once. The columns of runs.csv, the report's labels, panels and curves, summaries,
 * claims, pilots, model cards and TensorBoard's descriptions are made from this list.
 *
 * A value is computed elsewhere: `evaluation/evaluator.ts` on held-out text, a regime or `training/step-metrics.ts` in
 * training steps. Scores of tasks, probes and pairs are families with as many members as there are tasks
 * (`report/metric-display.ts`).
 */
import type { DeclaredMeasurement } from './declared-measurement.ts';
import { heldOutMeasurements } from './held-out-measurements.ts';
import { trainingMeasurements } from './training-measurements.ts';

/** In the order in which arms' costs are listed. */
const costs: readonly Omit<DeclaredMeasurement, 'of' | 'better'>[] = [
  {
    name: 'tokens',
    label: 'tokens read',
    unit: 'tokens',
    meaning: 'tokens read in training, without padding',
  },
  {
    name: 'train_flops',
    label: 'executed training FLOPs',
    unit: 'FLOPs',
    meaning:
      'what the matrix products of training executed: 2 per multiply-add, backward pass included; in tables of scores, up to the checkpoint',
    figure: 'costs',
  },
  {
    name: 'official_flops',
    label: 'training FLOPs as the paper counts',
    unit: 'FLOPs',
    meaning:
      "the same cost as google-research/electra's `flops_computation.py` counts it (backward as forward, dense look-ups); the paper's tables use it",
    figure: 'costs',
  },
  {
    name: 'elapsed_seconds',
    label: 'training time',
    unit: 'seconds',
    meaning:
      'time of the training steps alone; until 2026-11-26 with the evaluations and checkpoints between them',
    figure: 'costs',
  },
];

const peakMemory: DeclaredMeasurement = {
  name: 'peak_memory_bytes',
  label: 'peak memory',
  unit: 'bytes',
  meaning: "the process's largest memory",
  of: 'process',
  figure: 'costs',
};

/** Tables, panels and lists of curves have this order. */
export const measurements: readonly DeclaredMeasurement[] = [
  ...heldOutMeasurements.map((each) => ({ ...each, of: 'held-out text' as const })),
  ...costs.map((each) => ({ ...each, of: 'training' as const, better: 'lower' as const })),
  peakMemory,
  ...trainingMeasurements.map((each) => ({ ...each, of: 'training steps' as const })),
];

/** @returns undefined of a score, and of a measurement that a newer or older version has declared */
export function declarationOf(name: string): DeclaredMeasurement | undefined {
  return measurements.find((each) => each.name === name);
}

/** What the last evaluation measures: columns of runs.csv. */
export const heldOutNames: readonly string[] = namesOf('held-out text');
/** What arms can be compared by beside scores and measurements. */
export const costNames: readonly string[] = namesOf('training');

function namesOf(of: DeclaredMeasurement['of']): string[] {
  return measurements.filter((each) => each.of === of).map(({ name }) => name);
}

/** The measurements that a figure of the report has a panel of. */
export function namesInFigure(figure: NonNullable<DeclaredMeasurement['figure']>): string[] {
  return measurements.filter((each) => each.figure === figure).map(({ name }) => name);
}
