/**
 * A linear model on features: multinomial logistic regression, or ridge regression where the label is a number.
 *
 * The objective is scikit-learn's: C · Σ loss + ½ Σ weights², the constants free; divided by C · n, which moves no
 * minimum. Loss and gradient are two matrix products of the engine, in float32; L-BFGS runs in float64.
 *
 * @source scikit-learn, LogisticRegression and Ridge
 */
import type { CompiledProgram, Engine, Program } from '../../engine/program.ts';
import { type Tensor, tf } from '../../engine/tensors.ts';
import { smallestProbability } from '../../objectives/mlm.ts';
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
