/**
 * The head that fits an encoder as it is: logistic regression, or ridge regression where the label is a number. Training
 * everything from there begins at what a frozen encoder gives, and not below it.
 *
 * @source Kumar et al. 2022, Fine-tuning can distort pretrained features (LP-FT)
 */
import type { Engine } from '../../engine/program.ts';
import { median } from '../../statistics/describe.ts';
import { createLinearFitter, type FitOptions, type Labelled, momentsOf } from '../linear/linear-fit.ts';

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
