/** What a run came to, by metric: its scores, its last evaluation, its cost. Summary and claims are made of these. */
import { groupBy } from '../base/group.ts';
import { withoutAbsent } from '../base/without-absent.ts';
import { costNames, declarationOf, heldOutNames } from '../metrics/measurements.ts';
import { isDownstream } from '../report/metric-display.ts';
import type { PrimaryReport } from '../report/report-data.ts';
import { isDone, type RunRecord } from '../results/run-folder.ts';
import { mean } from '../statistics/describe.ts';
import { finetuneScores, pairsScores, probeScores, type Score } from './downstream-scores.ts';

export interface Measurement {
  value: number;
  /** Of scores: how many fine-tuned models are behind the median. */
  finetuneSeeds?: number;
  /** What the untrained encoder of the same seed scores. */
  untrained?: number;
  /** The best of what needs no network: the commonest class, word identity, a bag of words, token frequencies. */
  trivial?: number;
}

/** By run id, then by metric. */
export type Measurements = ReadonlyMap<string, ReadonlyMap<string, Measurement>>;

/** Which way a metric points: losses and costs down, everything else up. */
export function isLowerBetter(metric: string): boolean {
  return declarationOf(metric)?.better === 'lower';
}

/**
 * The measurements of one experiment's runs, of those that came to their end. Scores are of the last checkpoint; of the
 * primary metric, the mean over as many last ones as it asks for, or nothing where a run has fewer.
 *
 * @param records of the experiment, all of them: `downstream` is the mean over the tasks that each has
 * @returns what the last checkpoints came to, and those before, by the fraction of the training
 */
export function measure(
  records: readonly RunRecord[],
  primary?: PrimaryReport,
): { tasks: string[]; measurements: Measurements; onTheWay: ReadonlyMap<number, Measurements> } {
  const done = records.filter(isDone);
  const { tasks, byRun } = finetuneScores(done);
  const scores = done.map((record) => ({
    record,
    scores: [...(byRun.get(record.runId) ?? []), ...probeScores(record), ...pairsScores(record)],
  }));
  const measurements = scores.map(
    ({ record, scores }) =>
      [record.runId, new Map([...scored(record, scores, primary), ...measured(record)])] as const,
  );
  return { tasks, measurements: new Map(measurements), onTheWay: onTheWay(scores) };
}

interface ScoredRun {
  record: RunRecord;
  scores: readonly Score[];
}

/** Scores of checkpoints before the last, each alone, and what training had cost; by the fraction of the training. */
function onTheWay(runs: readonly ScoredRun[]): Map<number, Measurements> {
  const reached = runs.flatMap((run) =>
    [...groupBy(run.scores, ({ step }) => step)].map(([step, scores]) => {
      const fraction = Number((step / (run.record.progress?.step ?? step)).toFixed(3));
      return { ...run, scores, step, fraction };
    }),
  );
  const before = reached.filter(({ fraction }) => fraction > 0 && fraction < 1);
  const groups = [...groupBy(before, ({ fraction }) => fraction)].sort(([a], [b]) => a - b);
  return new Map(groups.map(([fraction, group]) => [fraction, new Map(group.map(measuredAt))]));
}

function measuredAt({ record, scores, step }: ScoredRun & { step: number }) {
  const { finetune, probe, pairs } = record;
  const { trainFlops } = [...finetune, ...probe, ...pairs].find(
    ({ checkpointStep }) => checkpointStep === step,
  )!;
  const values = scores.map(({ metric, value, finetuneSeeds, trivial }) => {
    return [metric, { value, ...withoutAbsent({ finetuneSeeds, trivial }) }] as const;
  });
  return [
    record.runId,
    new Map<string, Measurement>([...values, ['train_flops', { value: trainFlops }]]),
  ] as const;
}

/** Every metric that some run has: scores first, then as runs.csv orders them, then what it does not show, then costs. */
export function metricsOf(measurements: Measurements): string[] {
  const names = new Set([...measurements.values()].flatMap((metrics) => [...metrics.keys()]));
  const known = [...heldOutNames, ...costNames];
  const scores = [...names].filter(isDownstream).sort();
  const others = [...names].filter((name) => !isDownstream(name) && !known.includes(name)).sort();
  return [...scores, ...heldOutNames, ...others, ...costNames].filter((name) => names.has(name));
}

type Named = readonly [string, Measurement];

function scored(
  { progress }: RunRecord,
  scores: readonly Score[],
  primary: PrimaryReport | undefined,
): Named[] {
  return [...groupBy(scores, ({ metric }) => metric)].flatMap(([metric, own]): Named[] => {
    const count = metric === primary?.metric ? primary.checkpoints : 1;
    const trained = own.filter(({ step }) => step > 0).sort((a, b) => a.step - b.step);
    const last = trained.slice(-count);
    if (last.length < count || last.at(-1)?.step !== progress?.step) return [];
    const untrained = own.find(({ step }) => step === 0)?.value;
    const { finetuneSeeds, trivial } = last.at(-1)!;
    const besides = withoutAbsent({ finetuneSeeds, untrained, trivial });
    return [[metric, { value: mean(last.map(({ value }) => value)), ...besides }]];
  });
}

function measured({ metrics, progress }: RunRecord): Named[] {
  const costs = [progress?.tokens, progress?.flops, progress?.officialFlops, progress?.elapsedSeconds];
  const values = [...Object.entries(metrics), ...costNames.map((name, i) => [name, costs[i]] as const)];
  return values.flatMap(([name, value]): Named[] => (value === undefined ? [] : [[name, { value }]]));
}
