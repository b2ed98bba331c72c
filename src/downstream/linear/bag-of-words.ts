/**
 * The model that fine-tuning has to beat: which words a text has, and nothing of their order.
 *
 * A logistic regression over the classes, or a ridge regression where the label is a number. Of a pair it sees the
 * words of either side, the words that both have, and how large a part those are.
 */
import type { Task, TaskExample } from '../tasks/task.ts';
import { minimise, type Objective } from './minimise.ts';

/** Raise it when the model would answer otherwise: what is in the cache is then made anew. */
export const bagOfWordsVersion = 1;

/** Features of examples, one example after another. */
interface Features {
  /** [n + 1], where each example begins. */
  starts: Int32Array;
  ids: Int32Array;
  values: Float64Array;
}

/** Learns from `train` and answers for any examples: class ids, or numbers. */
export interface BagOfWords {
  /** [K] for each example: log-odds up to a constant, or the number. */
  scores(examples: readonly TaskExample[]): Float64Array[];
  predict(examples: readonly TaskExample[]): Float64Array;
}

/** Inverse of the penalty on squared weights, as scikit-learn's `C`. The constant is free. */
const inversePenalty = 1;
/** Of the mean gradient; scikit-learn's. */
const tolerance = 1e-4;
/** A bound that no task comes to: STS-B takes the most, 175. */
const maxIterations = 200;

/**
 * @returns the model at the minimum of Σ loss + ½ Σ weights²; the same each time
 * @source scikit-learn, LogisticRegression and Ridge with their default penalties
 */
export function trainBagOfWords(task: Task, train: readonly TaskExample[]): BagOfWords {
  const index = new Map<string, number>();
  const features = collect(train, (name) => indexIn(index, name));
  const labels = Float64Array.from(train, ({ label }) => label);
  const isNumber = task.labels.length === 0;
  const K = Math.max(1, task.labels.length);
  const weights = new Float64Array((index.size + 1) * K); // [F + 1, K], the constants last
  if (isNumber) weights[index.size] = labels.reduce((a, b) => a + b, 0) / labels.length;
  const objective = penalised(features, labels, K, isNumber ? squaredLoss : softmaxLoss);
  minimise(objective, weights, { maxIterations, tolerance: tolerance * train.length });

  const scores = (examples: readonly TaskExample[]) => {
    const seen = collect(examples, (name) => index.get(name));
    return examples.map((_, n) => {
      const row = new Float64Array(K);
      scoreInto(row, seen, n, weights);
      return row;
    });
  };
  const answerOf = (row: Float64Array) => (isNumber ? row[0]! : row.indexOf(Math.max(...row)));
  return { scores, predict: (examples) => Float64Array.from(scores(examples), answerOf) };
}

/** Turns scores [K] into their gradient, in place. @returns the loss */
type Loss = (scores: Float64Array, label: number) => number;

function softmaxLoss(scores: Float64Array, label: number): number {
  const largest = Math.max(...scores);
  let sum = 0;
  for (let k = 0; k < scores.length; k++) sum += Math.exp(scores[k]! - largest);
  const logSum = largest + Math.log(sum);
  const loss = logSum - scores[label]!;
  for (let k = 0; k < scores.length; k++) scores[k] = Math.exp(scores[k]! - logSum);
  scores[label]! -= 1;
  return loss;
}

function squaredLoss(scores: Float64Array, label: number): number {
  const error = scores[0]! - label;
  scores[0] = error;
  return 0.5 * error * error;
}

/** Σ loss + ½ Σ weights² / inversePenalty, and its gradient. */
function penalised(features: Features, labels: Float64Array, K: number, loss: Loss): Objective {
  const { starts, ids, values } = features;
  const scores = new Float64Array(K);
  return (weights, gradient) => {
    const constants = weights.length - K;
    let total = penaltyInto(gradient, weights, constants);
    for (let n = 0; n < labels.length; n++) {
      scoreInto(scores, features, n, weights);
      total += loss(scores, labels[n]!);
      for (let f = starts[n]!; f < starts[n + 1]!; f++) {
        const start = ids[f]! * K;
        for (let k = 0; k < K; k++) gradient[start + k]! += values[f]! * scores[k]!;
      }
      for (let k = 0; k < K; k++) gradient[constants + k]! += scores[k]!;
    }
    return total;
  };
}

function penaltyInto(gradient: Float64Array, weights: Float64Array, count: number): number {
  let squares = 0;
  gradient.fill(0);
  for (let i = 0; i < count; i++) {
    gradient[i] = weights[i]! / inversePenalty;
    squares += weights[i]! * weights[i]!;
  }
  return squares / (2 * inversePenalty);
}

function scoreInto(scores: Float64Array, features: Features, n: number, weights: Float64Array): void {
  const { starts, ids, values } = features;
  const K = scores.length;
  for (let k = 0; k < K; k++) scores[k] = weights[weights.length - K + k]!;
  for (let f = starts[n]!; f < starts[n + 1]!; f++) {
    const start = ids[f]! * K;
    for (let k = 0; k < K; k++) scores[k]! += values[f]! * weights[start + k]!;
  }
}

/** @param idOf a feature's index, or undefined where it is to be ignored */
function collect(examples: readonly TaskExample[], idOf: (name: string) => number | undefined): Features {
  const [starts, ids, values] = [[0], [] as number[], [] as number[]];
  for (const example of examples) {
    for (const [name, value] of featuresOf(example)) {
      const id = idOf(name);
      if (id === undefined) continue;
      ids.push(id);
      values.push(value);
    }
    starts.push(ids.length);
  }
  return { starts: Int32Array.from(starts), ids: Int32Array.from(ids), values: Float64Array.from(values) };
}

function featuresOf({ first, second }: TaskExample): [name: string, value: number][] {
  const words = wordsOf(first);
  const named = (side: string, found: Iterable<string>) =>
    Array.from(found, (word): [string, number] => [`${side} ${word}`, 1]);
  if (second === undefined) return named('first', words);
  const others = wordsOf(second);
  const shared = [...words].filter((word) => others.has(word));
  const all = Math.max(1, words.size + others.size - shared.length);
  return [
    ...named('first', words),
    ...named('second', others),
    ...named('both', shared),
    ['shared part', shared.length / all],
  ];
}

function wordsOf(text: string): Set<string> {
  return new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []);
}

function indexIn(index: Map<string, number>, name: string): number {
  const known = index.get(name);
  if (known !== undefined) return known;
  index.set(name, index.size);
  return index.size - 1;
}
