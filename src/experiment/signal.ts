/**
 * Which measurements can decide: what training adds to each, beside how far seeds spread, from pilot runs on seeds that
 * are never reported.
 *
 * Pilots are ordinary runs in the results folder, a short and a long one for each arm and seed.
 */
import { ConfigError, explain } from '../base/errors.ts';
import { merge } from '../config/resolve.ts';
import { runIdOf } from '../config/run-id.ts';
import type { RunConfig } from '../config/schema.ts';
import type { Mapping } from '../config/yaml-file.ts';
import { type RunRecord, readRecord, runFolder } from '../results/run-folder.ts';
import { type Arm, armsNamed } from './arms.ts';
import { silent } from './asked-measurement.ts';
import type { ExperimentPlan } from './experiment-file.ts';
import type { Signal } from './experiment-schema.ts';
import type { Trial } from './trials.ts';
import { tunedChanges } from './tuning.ts';

export const pilotLengths = ['short', 'long'] as const;
export type PilotLength = (typeof pilotLengths)[number];

/** One pilot run. */
export interface Pilot {
  arm: string;
  length: PilotLength;
  seed: number;
  cell: RunConfig;
  /** Absent until it has begun. */
  record: RunRecord | undefined;
}

/**
 * Every pilot of an experiment, arm by arm, with the values that its search has found; none if the file asks for none.
 *
 * @throws {ConfigError} if an arm's long run is its short one
 */
export function pilotsOf(plan: ExperimentPlan, trials: readonly Trial[], results: string): Pilot[] {
  const { signal, primary } = plan.content;
  if (!signal) return [];
  const moments = (primary?.checkpoints ?? 1) > 1 ? {} : endAlone;
  const tuned = tunedChanges(plan, trials);
  return armsNamed(plan.arms, signal.arms).flatMap((arm) => {
    const cellOf = (length: PilotLength, seed: number) => {
      const name = `${arm.name}, ${length}, seed ${seed}`;
      const changesOf = (other: Arm) =>
        [tuned(other), pilotChanges(signal, other, length), moments, signal.measure].reduce(merge);
      return { ...plan.cellOf(arm, seed, changesOf), name };
    };
    const pilots = pilotLengths.flatMap((length) =>
      signal.seeds.map((seed): Pilot => {
        const cell = cellOf(length, seed);
        const record = readRecord(runFolder(results, runIdOf(cell)));
        return { arm: arm.name, length, seed, cell, record };
      }),
    );
    assertLonger(plan.file, arm, pilots);
    return pilots;
  });
}

function pilotChanges({ byArm, ...signal }: Signal, { name }: Arm, length: PilotLength): Mapping {
  return merge(signal[length], byArm[name]?.[length] ?? {});
}

/** No checkpoint before the last: unless the primary measurement is a mean over several, none is scored. */
const endAlone: Mapping = Object.fromEntries(
  Object.entries(silent).map(([section, { tasks: _, sets: __, ...at }]) => [section, at]),
);

function assertLonger(file: string, { name }: Arm, pilots: readonly Pilot[]): void {
  const ids = new Set(pilots.map(({ cell }) => runIdOf(cell)));
  if (ids.size === pilots.length) return;
  const rule = `${name} to have long runs that differ from its short ones`;
  throw new ConfigError(explain(`${file}: signal`, rule, 'the same', 'give `long` more training.steps'));
}
