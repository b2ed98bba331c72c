/** The values of an arm seed by seed, those of two arms as they are compared, and the floor under an arm. */
import { DataError, explain } from '../base/errors.ts';
import { measureNamed, show } from '../report/metric-display.ts';
import type { Pairing, StoredArm } from '../results/stored-experiment.ts';
import { mean } from '../statistics/describe.ts';
import { aboveP, estimateOf, type Samples, seedsOf } from '../statistics/difference.ts';
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
export function matchSeeds(
  ahead: readonly MeasuredSeed[],
  behind: readonly MeasuredSeed[],
  pairing: Pairing,
): Matched {
  if (pairing === 'independent') return { test: 'welch', ahead, behind };
  const common = (own: readonly MeasuredSeed[], others: readonly MeasuredSeed[]) =>
    own.filter(({ seed }) => others.some((other) => other.seed === seed));
  return { test: 'paired', ahead: common(ahead, behind), behind: common(behind, ahead) };
}

/** One-sided, for each of the two: an arm at the floor is taken for one above it once in twenty. */
const floorError = 0.05;

/** What an arm has to be above. */
interface Floor {
  /** The mean over seeds of what its own encoders score before any training. */
  untrained?: number;
  /** The best of what needs no network. */
  trivial?: number;
  isAtFloor: boolean;
  /** Those that it is not above: `61.0 % against 60.2 % untrained`. */
  words: string;
}

/**
 * Compares an arm's seeds with their untrained encoders (pairs, where each seed has its own) and with the best trivial
 * baseline (one value).
 *
 * @returns undefined where neither is known, and of fewer than two seeds, which have no spread
 */
export function floorOf(measured: readonly MeasuredSeed[], metric: string): Floor | undefined {
  const values = measured.map(({ value }) => value);
  const untrained = measured.flatMap((seed) => seed.untrained ?? []);
  const trivial = measured.flatMap((seed) => seed.trivial ?? []);
  const test = untrained.length === values.length ? 'paired' : 'welch';
  const bars: Bar[] = [
    { name: 'untrained', samples: { test, ahead: values, behind: untrained } },
    { name: 'of the best trivial baseline', samples: { test: 'paired', ahead: values, behind: trivial } },
  ];
  const [ofUntrained, ofTrivial] = bars.map((bar) => (isKnown(bar) ? bar : undefined));
  const known = [ofUntrained, ofTrivial].filter((bar) => bar !== undefined);
  if (known.length === 0) return undefined;
  const missed = known.filter(({ samples }) => !isAbove(samples));
  return {
    ...(ofUntrained && { untrained: mean(untrained) }),
    ...(ofTrivial && { trivial: mean(trivial) }),
    isAtFloor: missed.length > 0,
    words: missed.length > 0 ? floorWords(values, missed, metric) : '',
  };
}

interface Bar {
  name: string;
  samples: Samples;
}

/** A baseline that some seeds lack is another measurement's. */
function isKnown({ samples }: Bar): boolean {
  const isOfAll = samples.test === 'welch' || samples.ahead.length === samples.behind.length;
  return seedsOf(samples) >= 2 && isOfAll;
}

/** Without a spread, the mean says it. */
function isAbove(samples: Samples): boolean {
  const estimate = estimateOf(samples);
  return estimate ? aboveP(estimate) < floorError : mean(samples.ahead) > mean(samples.behind);
}

function floorWords(values: readonly number[], missed: readonly Bar[], metric: string): string {
  const shown = (numbers: readonly number[]) => show(measureNamed(metric), mean(numbers));
  const bars = missed.map(({ name, samples }) => `${shown(samples.behind)} ${name}`);
  return `${shown(values)} against ${bars.join(' and ')}`;
}
