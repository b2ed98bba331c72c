/** summary.csv: what each arm of an experiment came to over pre-training seeds, by metric. */
import type { SummaryRow } from '../report/verdict-rows.ts';
import type { SummaryTableRow } from '../results/columns/summary-columns.ts';
import type { RunRecord } from '../results/run-folder.ts';
import { haveCommonPast, type StoredArm, type StoredExperiment } from '../results/stored-experiment.ts';
import { type Interval, mean, median, standardDeviation } from '../statistics/describe.ts';
import { estimateOf, intervalOf } from '../statistics/difference.ts';
import { tInterval, twoSidedError } from '../statistics/student-t.ts';
import { floorOf, type MeasuredSeed, matchSeeds, measuredSeeds } from './arm-values.ts';
import { type Measurements, metricsOf } from './metric-values.ts';

/**
 * Every arm × metric that some run of the arm has, in the order of the arms.
 *
 * @param trainingFraction how far pre-training was when the measurements were made
 */
export function summaryRows(
  { name, arms }: StoredExperiment,
  records: ReadonlyMap<string, RunRecord>,
  measurements: Measurements,
  trainingFraction = 1,
): SummaryTableRow[] {
  const metrics = metricsOf(measurements);
  return arms.flatMap((arm) =>
    metrics.flatMap((metric): SummaryTableRow[] => {
      const measured = measuredSeeds(arm, metric, measurements);
      if (measured.length === 0) return [];
      const failures = measured.filter(({ runId }) => records.get(runId)?.status === 'failed-to-learn');
      return [
        {
          experiment: name,
          arm: arm.name,
          metric,
          trainingFraction,
          ...flopsOf(measured, measurements),
          n: measured.length,
          failedToLearn: failures.length,
          ...described(measured),
          ...floorColumns(measured, metric),
          ...(arm !== arms[0] && comparedWith(arms[0]!, arm, metric, measurements)),
        },
      ];
    }),
  );
}

function flopsOf(measured: readonly MeasuredSeed[], measurements: Measurements): { trainFlops?: number } {
  const flops = measured.flatMap(({ runId }) => measurements.get(runId)?.get('train_flops')?.value ?? []);
  return flops.length > 0 ? { trainFlops: mean(flops) } : {};
}

function described(measured: readonly MeasuredSeed[]): Partial<SummaryRow> {
  const values = measured.map(({ value }) => value);
  const finetuneSeeds = measured.flatMap((seed) => seed.finetuneSeeds ?? []);
  const deviation = standardDeviation(values);
  return {
    ...(finetuneSeeds.length > 0 && { finetuneSeeds: Math.min(...finetuneSeeds) }),
    mean: mean(values),
    median: median(values),
    ...(deviation !== undefined && { standardDeviation: deviation }),
    ...namedEnds(tInterval(values, twoSidedError), 'intervalLow', 'intervalHigh'),
  };
}

function floorColumns(measured: readonly MeasuredSeed[], metric: string): Partial<SummaryRow> {
  const floor = floorOf(measured, metric);
  if (!floor) return {};
  const { words: _, ...columns } = floor;
  return columns;
}

function comparedWith(
  first: StoredArm,
  arm: StoredArm,
  metric: string,
  measurements: Measurements,
): Partial<SummaryRow> {
  const pairing = haveCommonPast(first, arm) ? 'forked' : 'independent';
  const seedsOf = (one: StoredArm) => measuredSeeds(one, metric, measurements);
  const { ahead, behind, test } = matchSeeds(seedsOf(arm), seedsOf(first), pairing);
  const valuesOf = (seeds: readonly MeasuredSeed[]) => seeds.map(({ value }) => value);
  const samples = { test, ahead: valuesOf(ahead), behind: valuesOf(behind) };
  const estimate = estimateOf(samples);
  const isThere = ahead.length > 0 && behind.length > 0;
  return {
    comparedWith: first.name,
    comparison: test,
    ...(isThere && { difference: mean(samples.ahead) - mean(samples.behind) }),
    ...namedEnds(estimate && intervalOf(estimate, twoSidedError), 'differenceLow', 'differenceHigh'),
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
