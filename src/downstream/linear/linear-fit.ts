/**
 * A linear model on features: multinomial logistic regression, or ridge regression where the label is a number; and the
 * head that begins a fine-tuning with what the frozen encoder gives.
 *
 * The objective is scikit-learn's: C · Σ loss + ½ Σ weights², the constants free; divided by C · n, which moves no
 * minimum. Loss and gradient are two matrix products of the engine, in float32; L-BFGS runs in float64.
 *
 * @source scikit-learn, LogisticRegression and Ridge; the head: Kumar et al. 2022, Fine-tuning can distort pretrained
 *   features (LP-FT)
 */
import type { CompiledProgram, Engine, Program } from '../../engine/program.ts';
import { type Tensor, tf } from '../../engine/tensors.ts';
import { smallestProbability } from '../../objectives/mlm.ts';
import { median } from '../../statistics/describe.ts';
import { minimiseSlowly } from './minimise.ts';

/** [count, width] numbers, and what they are to predict. */
export interface Labelled {
  features: Float32Array;
  /** [count], class ids or numbers. */
  labels: Float64Array;
}

export interface FitOptions {
  width: number;
  /** K; 0 where the label is a number. */
  classes: number;
}

/** [width + 1, K], the constants last. */
export type LinearModel = Float64Array;

/** Of the objective's gradient; scikit-learn's. */
const tolerance = 1e-4;
const maxIterations = 300;

export interface LinearFitter {
  /** The model at the minimum. @param start where the search begins, changed to the model @param C scikit-learn's */
  fit(C: number, start: LinearModel): Promise<void>;
  dispose(): Promise<void>;
}

/** Binds a program to the examples; they may not change while it lives. */
export async function createLinearFitter(
  engine: Engine,
  { features, labels }: Labelled,
  { width: F, classes }: FitOptions,
): Promise<LinearFitter> {
  const [n, K] = [labels.length, Math.max(1, classes)];
  const program = await engine.compile(lossProgram(n, F, K, classes > 0), {
    features,
    targets: targetsOf(labels, classes),
  });
  return {
    async fit(C, start) {
      const objective = (model: LinearModel, gradient: Float64Array) =>
        evaluate(program, model, gradient, 1 / (C * n));
      await minimiseSlowly(objective, start, { maxIterations, tolerance });
    },
    dispose: () => program.dispose(),
  };
}

/** [n, K]: one-hot rows, or the numbers. */
function targetsOf(labels: Float64Array, classes: number): Float32Array {
  if (classes === 0) return Float32Array.from(labels);
  const targets = new Float32Array(labels.length * classes);
  for (const [i, label] of labels.entries()) targets[i * classes + label] = 1;
  return targets;
}

/** Inputs: `features` [n, F], `targets` [n, K], the model. Outputs: the mean `loss` and its gradients. */
function lossProgram(n: number, F: number, K: number, isClass: boolean): Program {
  return {
    name: 'linear-loss',
    inputs: {
      features: { shape: [n, F], dtype: 'float32' },
      targets: { shape: [n, K], dtype: 'float32' },
      weights: { shape: [F, K], dtype: 'float32' },
      constants: { shape: [K], dtype: 'float32' },
    },
    compute({ features, targets, weights, constants }) {
      const scores = tf.add(tf.matMul(features as tf.Tensor2D, weights as tf.Tensor2D), constants!); // [n, K]
      const { losses, errors } = isClass ? logistic(scores, targets!) : squared(scores, targets!);
      const shares = tf.div(errors, n); // [n, K]
      // The narrow factor is transposed, not the wide one.
      const gradient = tf.matMul(shares as tf.Tensor2D, features as tf.Tensor2D, true); // [K, F]
      return { loss: tf.div(tf.sum(losses), n), gradient, constantGradient: tf.sum(shares, 0) };
    },
  };
}

interface Errors {
  losses: Tensor;
  /** Gradient of the losses by the scores, [n, K]. */
  errors: Tensor;
}

function logistic(scores: Tensor, targets: Tensor): Errors {
  const probs = tf.softmax(scores); // [n, K]
  const logProbs = tf.log(tf.maximum(probs, smallestProbability)); // [n, K]
  return { losses: tf.neg(tf.mul(logProbs, targets)), errors: tf.sub(probs, targets) };
}

function squared(scores: Tensor, targets: Tensor): Errors {
  const errors = tf.sub(scores, targets);
  return { losses: tf.mul(tf.mul(errors, errors), 0.5), errors };
}

/** @param penalty on half the squared weights, per example */
async function evaluate(
  { inputs, outputs, run }: CompiledProgram,
  model: LinearModel,
  gradient: Float64Array,
  penalty: number,
): Promise<number> {
  const K = inputs.constants!.length;
  const size = model.length - K;
  inputs.weights!.set(model.subarray(0, size));
  inputs.constants!.set(model.subarray(size));
  await run();
  const F = size / K;
  let squares = 0;
  for (let f = 0; f < F; f++) {
    for (let k = 0; k < K; k++) {
      const weight = model[f * K + k]!;
      squares += weight * weight;
      gradient[f * K + k] = outputs.gradient![k * F + f]! + penalty * weight;
    }
  }
  gradient.set(outputs.constantGradient!, size);
  return outputs.loss![0]! + 0.5 * penalty * squares;
}

/** @param features [n, F] @returns [n], class ids or numbers */
export function predict(
  model: LinearModel,
  features: Float32Array,
  { width: F, classes }: FitOptions,
): Float64Array {
  const K = Math.max(1, classes);
  const scores = new Float64Array(K);
  return Float64Array.from({ length: features.length / F }, (_, n) => {
    scores.set(model.subarray(F * K));
    for (let f = 0; f < F; f++) {
      const value = features[n * F + f]!;
      for (let k = 0; k < K; k++) scores[k]! += value * model[f * K + k]!;
    }
    return classes === 0 ? scores[0]! : scores.indexOf(Math.max(...scores));
  });
}

/** [width] each. */
export interface Moments {
  means: Float64Array;
  deviations: Float64Array;
}

/** Of each feature over the rows [n, width]. A number that never changes keeps its value but for the mean. */
export function momentsOf(rows: Float32Array, width: number): Moments {
  const count = rows.length / width;
  const [means, squares] = [new Float64Array(width), new Float64Array(width)];
  for (let i = 0; i < rows.length; i++) means[i % width]! += rows[i]! / count;
  for (let i = 0; i < rows.length; i++) squares[i % width]! += (rows[i]! - means[i % width]!) ** 2 / count;
  return { means, deviations: squares.map((square) => Math.sqrt(square) || 1) };
}

/** A linear head in the scale of its features. */
export interface Head {
  /** [F, K] */
  weights: Float32Array;
  /** [K] */
  bias: Float32Array;
}

/** scikit-learn's: the inverse of the penalty on half the squared weights. */
const C = 0.1;

/**
 * Deterministic: no random start, nothing drawn.
 *
 * Features are divided by their deviation, or by the median one where that is larger: weights of features that hardly
 * vary would be so large that the first steps of training everything would throw the answers away.
 *
 * @param examples whose features [n, F] are overwritten, in units of those divisors
 * @returns weights and bias that read the features as they were
 */
export async function fitHead(engine: Engine, examples: Labelled, options: FitOptions): Promise<Head> {
  const { features } = examples;
  const F = options.width;
  const { means, deviations } = momentsOf(features, F);
  const smallest = median([...deviations]);
  const divisors = deviations.map((deviation) => Math.max(deviation, smallest) || 1);
  for (let i = 0; i < features.length; i++) features[i] = (features[i]! - means[i % F]!) / divisors[i % F]!;
  const solution = new Float64Array((F + 1) * Math.max(1, options.classes));
  const fitter = await createLinearFitter(engine, examples, options);
  await fitter.fit(C, solution).finally(() => fitter.dispose());
  return inOwnScale(solution, means, divisors);
}

/** (x − mean) / divisor · w + b, as weights of x itself. @param solution [F + 1, K] */
function inOwnScale(solution: Float64Array, means: Float64Array, divisors: Float64Array): Head {
  const F = means.length;
  const K = solution.length / (F + 1);
  const weights = Float32Array.from({ length: F * K }, (_, i) => solution[i]! / divisors[Math.floor(i / K)]!);
  const bias = Float32Array.from({ length: K }, (_, k) => {
    let constant = solution[F * K + k]!;
    for (let f = 0; f < F; f++) constant -= means[f]! * weights[f * K + k]!;
    return constant;
  });
  return { weights, bias };
}
