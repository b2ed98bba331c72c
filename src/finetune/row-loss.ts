/** The losses of linear models, row by row. */

/** Turns scores [K] into their gradient, in place. @returns the loss */
export type RowLoss = (scores: Float64Array, label: number) => number;

/** Cross-entropy. @param label a class id */
export function softmaxLoss(scores: Float64Array, label: number): number {
  const largest = Math.max(...scores);
  let sum = 0;
  for (let k = 0; k < scores.length; k++) sum += Math.exp(scores[k]! - largest);
  const logSum = largest + Math.log(sum);
  const loss = logSum - scores[label]!;
  for (let k = 0; k < scores.length; k++) scores[k] = Math.exp(scores[k]! - logSum);
  scores[label]! -= 1;
  return loss;
}

/** Half of the squared error of the one score. @param label a number */
export function squaredLoss(scores: Float64Array, label: number): number {
  const error = scores[0]! - label;
  scores[0] = error;
  return 0.5 * error * error;
}
