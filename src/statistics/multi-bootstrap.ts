/**
 * The Multi-Bootstrap: an interval of the difference between two arms that varies the pre-training seeds and the dev
 * examples together, paired in the examples, and in the seeds where runs were forked from one parent.
 *
 * It is a percentile bootstrap, whose intervals over few seeds are too narrow: it stands beside the t interval, from
 * `fewestSeeds` on, and decides nothing.
 *
 * @source Sellam et al., The MultiBERTs (arXiv 2106.16163): the Multi-Bootstrap, paired and unpaired over seeds
 */
import { RandomStream } from '../base/random.ts';
import type { Interval } from './describe.ts';

export const fewestSeeds = 6;
export const draws = 1000;

/** A model's metric on some rows of dev: recomputed, since not every metric is a mean; undefined where the metric is. */
type ScoreOf = (rows: Uint32Array) => number | undefined;

/**
 * The scores of models on resamples of the dev examples, drawn with replacement, the same rows for all of them.
 *
 * @param examples how many there are
 * @param address  of the resamples: each task has its own
 * @returns by model, [draws]; NaN where the metric is undefined
 */
export function resampleExamples(
  examples: number,
  models: readonly ScoreOf[],
  address: string,
): Float64Array[] {
  const stream = new RandomStream('multi-bootstrap', 'examples', address);
  const rows = new Uint32Array(examples);
  const scores = models.map(() => new Float64Array(draws));
  for (let draw = 0; draw < draws; draw++) {
    for (let i = 0; i < examples; i++) rows[i] = stream.integer(examples);
    for (const [i, scoreOf] of models.entries()) scores[i]![draw] = scoreOf(rows) ?? Number.NaN;
  }
  return scores;
}

/**
 * The 95 % interval of the mean difference between two arms.
 *
 * @param ahead  by seed, [draws]: the scores of `resampleExamples`, or their mean over tasks
 * @param behind likewise; where paired, the same seeds in the same order
 * @returns undefined where an arm has below six seeds, and where a resample left the metric undefined
 */
export function multiBootstrap(
  ahead: readonly Float64Array[],
  behind: readonly Float64Array[],
  isPaired: boolean,
): Interval | undefined {
  if (Math.min(ahead.length, behind.length) < fewestSeeds) return undefined;
  const stream = new RandomStream('multi-bootstrap', 'seeds');
  const differences = Float64Array.from({ length: draws }, (_, draw) => {
    const seeds = drawSeeds(stream, ahead.length);
    const others = isPaired ? seeds : drawSeeds(stream, behind.length);
    return meanAt(ahead, seeds, draw) - meanAt(behind, others, draw);
  });
  if (differences.some(Number.isNaN)) return undefined;
  differences.sort();
  return { low: quantile(differences, 0.025), high: quantile(differences, 0.975) };
}

function drawSeeds(stream: RandomStream, seeds: number): number[] {
  return Array.from({ length: seeds }, () => stream.integer(seeds));
}

function meanAt(arm: readonly Float64Array[], seeds: readonly number[], draw: number): number {
  return seeds.reduce((sum, seed) => sum + arm[seed]![draw]!, 0) / seeds.length;
}

/** Between the two nearest values, in proportion (numpy's default). */
function quantile(sorted: Float64Array, p: number): number {
  const place = p * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (place - below) * (sorted[above]! - sorted[below]!);
}
