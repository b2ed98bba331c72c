/**
 * The head that fits an encoder as it is: logistic regression, or ridge regression where the label is a number. Training
 * everything from there begins at what a frozen encoder gives, and not below it.
 *
 * @source Kumar et al. 2022, Fine-tuning can distort pretrained features (LP-FT)
 */
import { minimise, type Objective } from './minimise.ts';
import { type RowLoss, softmaxLoss, squaredLoss } from './row-loss.ts';

/** What the head reads of examples. */
export interface Features {
  /** [n, F], example after example. */
  values: Float32Array;
  /** F */
  width: number;
}

/** A linear head in the scale of its features. */
export interface Head {
  /** [F, K] */
  weights: Float32Array;
  /** [K] */
  bias: Float32Array;
}

/** Of Σ weights² / 2 beside Σ loss, features standardised: scikit-learn's `C` is its inverse. The bias is free. */
const penalty = 10;
/** Of the mean gradient. */
const tolerance = 1e-5;
const maxIterations = 300;
/** A feature that varies less than this is a constant: nothing can be read from it. */
const smallestDeviation = 1e-6;

/**
 * Deterministic; no random start.
 *
 * @param labels [n], class ids, or the numbers of a regression as the head is to answer them
 * @param classes K; 0: a number, K = 1
 */
export function fitHead(features: Features, labels: Float64Array, classes: number): Head {
  const [F, K] = [features.width, Math.max(1, classes)];
  const { standard, means, deviations } = standardise(features);
  const loss = classes === 0 ? squaredLoss : softmaxLoss;
  const solution = new Float64Array(K * (F + 1)); // [K, F + 1], the bias last
  minimise(penalised(standard, labels, F, K, loss), solution, {
    ...{ maxIterations, tolerance: tolerance * labels.length },
  });
  return inOwnScale(solution, means, deviations, K);
}

/** Each feature with mean 0 and deviation 1; a constant is 0. */
function standardise({ values, width: F }: Features) {
  const n = values.length / F;
  const [means, squares] = [new Float64Array(F), new Float64Array(F)];
  for (let i = 0; i < values.length; i++) means[i % F]! += values[i]! / n;
  for (let i = 0; i < values.length; i++) squares[i % F]! += (values[i]! - means[i % F]!) ** 2 / n;
  const deviations = squares.map(Math.sqrt);
  const inverses = deviations.map((deviation) => (deviation < smallestDeviation ? 0 : 1 / deviation));
  const standard = values.map((value, i) => (value - means[i % F]!) * inverses[i % F]!);
  return { standard, means, deviations };
}

/** Σ loss + penalty / 2 · Σ weights², and its gradient. @param X [n, F] */
function penalised(X: Float32Array, labels: Float64Array, F: number, K: number, loss: RowLoss): Objective {
  const scores = new Float64Array(K);
  return (solution, gradient) => {
    let total = penaltyInto(gradient, solution, F);
    for (let n = 0; n < labels.length; n++) {
      for (let k = 0; k < K; k++) scores[k] = scoreOf(X, n * F, solution, k * (F + 1), F);
      total += loss(scores, labels[n]!);
      for (let k = 0; k < K; k++) addRow(gradient, k * (F + 1), X, n * F, F, scores[k]!);
    }
    return total;
  };
}

function penaltyInto(gradient: Float64Array, solution: Float64Array, F: number): number {
  let squares = 0;
  for (let i = 0; i < solution.length; i++) {
    const isBias = i % (F + 1) === F;
    gradient[i] = isBias ? 0 : penalty * solution[i]!;
    if (!isBias) squares += solution[i]! ** 2;
  }
  return (penalty / 2) * squares;
}

function scoreOf(X: Float32Array, row: number, solution: Float64Array, start: number, F: number): number {
  let sum = solution[start + F]!;
  for (let f = 0; f < F; f++) sum += X[row + f]! * solution[start + f]!;
  return sum;
}

function addRow(
  gradient: Float64Array,
  start: number,
  X: Float32Array,
  row: number,
  F: number,
  scale: number,
): void {
  for (let f = 0; f < F; f++) gradient[start + f]! += scale * X[row + f]!;
  gradient[start + F]! += scale;
}

/** w · (x − mean) / deviation + b as weights of x itself. */
function inOwnScale(solution: Float64Array, means: Float64Array, deviations: Float64Array, K: number): Head {
  const F = means.length;
  const [weights, bias] = [new Float32Array(F * K), new Float32Array(K)];
  for (let k = 0; k < K; k++) {
    let constant = solution[k * (F + 1) + F]!;
    for (let f = 0; f < F; f++) {
      if (deviations[f]! < smallestDeviation) continue;
      const weight = solution[k * (F + 1) + f]! / deviations[f]!;
      weights[f * K + k] = weight;
      constant -= weight * means[f]!;
    }
    bias[k] = constant;
  }
  return { weights, bias };
}
