/** The values of an arm, seed by seed, and those of two arms as they are compared. */

import type { Pairing, StoredArm } from '../results/stored-experiment.ts';
import type { Samples } from '../statistics/samples.ts';
import type { Measurement, Measurements } from './metric-values.ts';

/** A pre-training seed's value. */
export interface MeasuredSeed extends Measurement {
  seed: number;
  runId: string;
}

/** The seeds of an arm that have a metric, in the order of the seeds. */
export function measuredSeeds(
  { runs }: StoredArm,
  metric: string,
  measurements: Measurements,
): MeasuredSeed[] {
  const measured = runs.flatMap((run) => {
    const measurement = measurements.get(run.runId)?.get(metric);
    return measurement ? [{ ...run, ...measurement }] : [];
  });
  return measured.sort((a, b) => a.seed - b.seed);
}

/** Two arms' seeds as they are compared. */
export interface Matched {
  test: Samples['test'];
  ahead: readonly MeasuredSeed[];
  behind: readonly MeasuredSeed[];
}

/** Of runs that were forked from one parent, the seeds that both arms have, in one order; else every seed. */
export function matched(
  ahead: readonly MeasuredSeed[],
  behind: readonly MeasuredSeed[],
  pairing: Pairing,
): Matched {
  if (pairing === 'independent') return { test: 'welch', ahead, behind };
  const common = (own: readonly MeasuredSeed[], others: readonly MeasuredSeed[]) =>
    own.filter(({ seed }) => others.some((other) => other.seed === seed));
  return { test: 'paired', ahead: common(ahead, behind), behind: common(behind, ahead) };
}
