/** The floor under a downstream score: an arm that is not above it has learned nothing that the measurement can see. */
import { measureNamed, show } from '../report/metric-display.ts';
import { mean } from '../statistics/describe.ts';
import { aboveP } from '../statistics/difference.ts';
import { estimateOf, type Samples, seedsOf } from '../statistics/samples.ts';
import type { MeasuredSeed } from './arm-values.ts';

/** One-sided, for each of the two: an arm at the floor is taken for one above it once in twenty. */
const floorError = 0.05;

/** What an arm has to be above. */
export interface Floor {
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
