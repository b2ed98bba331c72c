/** A metric that is recomputed on rows of the same predictions, fast enough for thousands of resamples. */
import { type MetricName, scoreBy } from './scores.ts';

/** One score of some rows, repeated ones too; undefined where the metric is. */
export type ResampledScore = (rows: Uint32Array) => number | undefined;

/**
 * @param predicted [n], as `scoreBy` takes them
 * @param actual    [n], likewise
 * @param K         classes; read by Matthews only
 * @returns a function of [n] rows, which reuses its arrays
 */
export function createResampledScore(
  metric: MetricName,
  predicted: ArrayLike<number>,
  actual: ArrayLike<number>,
  K: number,
): ResampledScore {
  if (metric === 'accuracy') return createResampledAccuracy(predicted, actual);
  if (metric === 'spearman') return createResampledSpearman(predicted, actual);
  const [x, y] = [new Float64Array(predicted.length), new Float64Array(actual.length)];
  return (rows) => {
    for (let i = 0; i < rows.length; i++) {
      x[i] = predicted[rows[i]!]!;
      y[i] = actual[rows[i]!]!;
    }
    return scoreBy(metric, x, y, K);
  };
}

function createResampledAccuracy(predicted: ArrayLike<number>, actual: ArrayLike<number>): ResampledScore {
  const isRight = Uint8Array.from(actual, (label, i) => (predicted[i] === label ? 1 : 0));
  return (rows) => {
    let right = 0;
    for (let i = 0; i < rows.length; i++) right += isRight[rows[i]!]!;
    return right / rows.length;
  };
}

/** Sorts once: where values are their places among the distinct ones, counting ranks any resample of them. */
function createResampledSpearman(predicted: ArrayLike<number>, actual: ArrayLike<number>): ResampledScore {
  const [ranksOfPredicted, ranksOfActual] = [createResampledRanks(predicted), createResampledRanks(actual)];
  return (rows) => correlateRanks(ranksOfPredicted(rows), ranksOfActual(rows));
}

/** Pearson's, of ranks from 0, whose mean is known; undefined where either side is constant. */
function correlateRanks(x: Float64Array, y: Float64Array): number | undefined {
  const centre = (x.length - 1) / 2;
  let [xx, xy, yy] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    const [dx, dy] = [x[i]! - centre, y[i]! - centre];
    xx += dx * dx;
    xy += dx * dy;
    yy += dy * dy;
  }
  return xx === 0 || yy === 0 ? undefined : xy / Math.sqrt(xx * yy);
}

/** @returns a function that gives rows their ranks among each other, from 0; tied values share their mean rank */
function createResampledRanks(values: ArrayLike<number>): (rows: Uint32Array) => Float64Array {
  const distinct = [...new Set(Array.from(values))].sort((a, b) => a - b);
  const placeOf = new Map(distinct.map((value, place) => [value, place]));
  const places = Uint32Array.from(values, (value) => placeOf.get(value)!);
  const ranks = new Float64Array(values.length);
  const [counts, rankAt] = [new Uint32Array(distinct.length), new Float64Array(distinct.length)];
  return (rows) => {
    counts.fill(0);
    for (let i = 0; i < rows.length; i++) counts[places[rows[i]!]!]! += 1;
    for (let place = 0, below = 0; place < counts.length; place++) {
      rankAt[place] = below + (counts[place]! - 1) / 2;
      below += counts[place]!;
    }
    for (let i = 0; i < rows.length; i++) ranks[i] = rankAt[places[rows[i]!]!]!;
    return ranks;
  };
}
