/** The values of an arm, seed by seed, and those of two arms as they are compared. */

import { DataError, explain } from '../base/errors.ts';
import type { Pairing, StoredArm } from '../results/stored-experiment.ts';
import type { Samples } from '../statistics/samples.ts';
import type { Measurement, Measurements } from './metric-values.ts';

/** A pre-training seed's value. */
export interface MeasuredSeed extends Measurement {
  seed: number;
  runId: string;
}

/**
 * The seeds of an arm that have a metric, in the order of the seeds.
 *
 * @throws {DataError} if one run stands for several seeds: whatever is computed of them would count it as often
 */
export function measuredSeeds(
  { name, runs }: StoredArm,
  metric: string,
  measurements: Measurements,
): MeasuredSeed[] {
  assertEachOnce(name, runs);
  const measured = runs.flatMap((run) => {
    const measurement = measurements.get(run.runId)?.get(metric);
    return measurement ? [{ ...run, ...measurement }] : [];
  });
  return measured.sort((a, b) => a.seed - b.seed);
}

function assertEachOnce(arm: string, runs: StoredArm['runs']): void {
  const twice = runs.find(({ runId }, i) => runs.findIndex((run) => run.runId === runId) < i);
  if (!twice) return;
  const seeds = runs.filter(({ runId }) => runId === twice.runId).map(({ seed }) => seed);
  const got = `${twice.runId} for seeds ${seeds.join(' and ')}`;
  throw new DataError(explain(arm, 'another run for each seed', got, 'run the sweep again'));
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
