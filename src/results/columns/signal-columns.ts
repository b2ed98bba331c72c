/** `experiments/<name>.signal.csv`: what pilots say of a measurement. Gains are positive where they are for the better. */
import { type Column, columnsOf, ofMetric } from '../../base/column.ts';
import { detectableDifference, type PooledDeviation } from '../../statistics/power.ts';

/** One measurement of one arm. Gains are positive where they are for the better. */
export interface SignalRow {
  metric: string;
  arm: string;
  /** Of the means below: pilots of this length that have the metric. */
  seeds: { short: number; long: number };
  /** Pilots that are marked so. */
  failedToLearn: number;
  untrained?: number;
  short?: number;
  long?: number;
  gainFromShort?: number;
  gainFromUntrained?: number;
  /** Between the seeds of one arm and length, pooled over all of them; the same in all rows of a metric. */
  spread?: PooledDeviation;
  /** Gain over spread. */
  signalFromShort?: number;
  signalFromUntrained?: number;
  /** What it takes to measure a long run. */
  seconds?: number;
  /** Whether long runs are distinguishable from the untrained encoder and the trivial baseline. */
  isAboveFloor?: boolean;
}

/** Numbers of seeds that the file has detectable differences for. */
const seedCounts = [3, 5, 8, 10];

const { text, whole, real, flag } = columnsOf<SignalRow>();

export const signalColumns: readonly Column<SignalRow>[] = [
  text('metric', 'the measurement', (row) => row.metric),
  text('arm', 'the arm', (row) => row.arm),
  whole('short_seeds', 'seeds', 'short pilots that have the metric', (row) => row.seeds.short),
  whole('long_seeds', 'seeds', 'long pilots that have the metric', (row) => row.seeds.long),
  whole('failed_to_learn', 'pilots', 'those that failed to learn', (row) => row.failedToLearn),
  real('untrained', ofMetric, 'mean over seeds before training', (row) => row.untrained),
  real('short', ofMetric, 'mean over seeds after the short pilot', (row) => row.short),
  real('long', ofMetric, 'mean over seeds after the long pilot', (row) => row.long),
  flag(
    'is_above_floor',
    'whether the long pilots are above [the floor](measurements.md#the-floor)',
    (row) => row.isAboveFloor,
  ),
  real(
    'gain_from_short',
    ofMetric,
    'what the long pilot has more than the short one',
    (row) => row.gainFromShort,
  ),
  real('gain_from_untrained', ofMetric, 'what it has more than no training', (row) => row.gainFromUntrained),
  real(
    'standard_deviation',
    ofMetric,
    'spread between seeds of one arm and length, pooled',
    (row) => row.spread?.standardDeviation,
  ),
  whole('degrees_of_freedom', '', 'of the spread', (row) => row.spread?.degrees),
  real('signal_from_short', '', 'gain from the short pilot over spread', (row) => row.signalFromShort),
  real('signal_from_untrained', '', 'gain from no training over spread', (row) => row.signalFromUntrained),
  ...seedCounts.map((seeds) =>
    real(
      `detectable_${seeds}`,
      ofMetric,
      `difference that ${seeds} seeds of each arm find`,
      ({ spread }) => spread && detectableDifference(spread.standardDeviation, seeds),
    ),
  ),
  real('elapsed_seconds', 'seconds', 'time to measure a long pilot', (row) => row.seconds),
];
