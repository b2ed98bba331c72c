/** summary.csv: what each arm of an experiment came to over pre-training seeds, by metric. */
import type { Column } from '../report/csv.ts';
import type { SummaryRow } from '../report/report-data.ts';
import { type Interval, mean, median, standardDeviation } from '../statistics/describe.ts';
import { tInterval, twoSidedError } from '../statistics/student-t.ts';
import { type Measurement, type Measurements, metricsOf } from './measurements.ts';
import type { RunRecord } from './run-folder.ts';
import type { StoredArm, StoredExperiment } from './stored-experiment.ts';

export const summaryColumns: readonly Column<SummaryRow>[] = [
  { name: 'experiment', value: (row) => row.experiment },
  { name: 'arm', value: (row) => row.arm },
  { name: 'metric', value: (row) => row.metric },
  { name: 'n', value: (row) => row.n },
  { name: 'failed_to_learn', value: (row) => row.failedToLearn },
  { name: 'finetune_seeds', value: (row) => row.finetuneSeeds },
  { name: 'mean', value: (row) => row.mean },
  { name: 'median', value: (row) => row.median },
  { name: 'standard_deviation', value: (row) => row.standardDeviation },
  { name: 'interval_low', value: (row) => row.intervalLow },
  { name: 'interval_high', value: (row) => row.intervalHigh },
  { name: 'paired_with', value: (row) => row.pairedWith },
  { name: 'pairs', value: (row) => row.pairs },
  { name: 'difference', value: (row) => row.difference },
  { name: 'difference_low', value: (row) => row.differenceLow },
  { name: 'difference_high', value: (row) => row.differenceHigh },
];

/** Every arm × metric that some run of the arm has, in the order of the arms. */
export function summaryRows(
  { name, arms }: StoredExperiment,
  records: ReadonlyMap<string, RunRecord>,
  measurements: Measurements,
): SummaryRow[] {
  const metrics = metricsOf(measurements);
  return arms.flatMap((arm) =>
    metrics.flatMap((metric): SummaryRow[] => {
      const measured = measuredSeeds(arm, metric, measurements);
      if (measured.length === 0) return [];
      const failures = measured.filter(({ runId }) => records.get(runId)?.status === 'failed-to-learn');
      return [
        {
          ...{ experiment: name, arm: arm.name, metric, n: measured.length, failedToLearn: failures.length },
          ...described(measured),
          ...(arm !== arms[0] && comparedWith(arms[0]!, arm, metric, measurements)),
        },
      ];
    }),
  );
}

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

/** Two arms' values by pre-training seed, of the seeds that both have. */
export function pairBySeed(
  ahead: readonly MeasuredSeed[],
  behind: readonly MeasuredSeed[],
): { ahead: MeasuredSeed; behind: MeasuredSeed }[] {
  return ahead.flatMap((one) => {
    const other = behind.find(({ seed }) => seed === one.seed);
    return other ? [{ ahead: one, behind: other }] : [];
  });
}

function described(measured: readonly MeasuredSeed[]): Partial<SummaryRow> {
  const values = measured.map(({ value }) => value);
  const finetuneSeeds = measured.flatMap((seed) => seed.finetuneSeeds ?? []);
  const deviation = standardDeviation(values);
  return {
    ...(finetuneSeeds.length > 0 && { finetuneSeeds: Math.min(...finetuneSeeds) }),
    ...{ mean: mean(values), median: median(values) },
    ...(deviation !== undefined && { standardDeviation: deviation }),
    ...namedEnds(tInterval(values, twoSidedError), 'intervalLow', 'intervalHigh'),
  };
}

function comparedWith(
  first: StoredArm,
  arm: StoredArm,
  metric: string,
  measurements: Measurements,
): Partial<SummaryRow> {
  const pairs = pairBySeed(
    measuredSeeds(arm, metric, measurements),
    measuredSeeds(first, metric, measurements),
  );
  const differences = pairs.map(({ ahead, behind }) => ahead.value - behind.value);
  return {
    ...{ pairedWith: first.name, pairs: pairs.length },
    ...(pairs.length > 0 && { difference: mean(differences) }),
    ...namedEnds(tInterval(differences, twoSidedError), 'differenceLow', 'differenceHigh'),
  };
}

/** An interval's ends as two fields of a row; of no interval, none. */
export function namedEnds<Low extends string, High extends string>(
  interval: Interval | undefined,
  low: Low,
  high: High,
): { [Name in Low | High]?: number } {
  if (!interval) return {};
  return { [low]: interval.low, [high]: interval.high } as { [Name in Low | High]: number };
}
