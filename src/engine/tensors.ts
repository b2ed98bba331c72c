/**
 * The tensor library as the rest of the project sees it: tfjs-core with its gradient functions registered.
 *
 * The gradients come with the `@tensorflow/tfjs` bundle, because tfjs-core's own list of them cannot be
 * imported under Node (its ES modules lack file extensions).
 */
import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';

export type { Tensor } from '@tensorflow/tfjs-core';
export { tf };

// The JavaScript backend greets every Node user with an advertisement for tfjs-node; `doctor` says it better.
tf.env().set('IS_NODE', false);

/** Runs a function whose result is a constant for the gradient tape: no gradient passes through it. */
export function withoutGradient<T extends tf.Tensor>(compute: () => T): T {
  return tf.customGrad(() => ({ value: compute(), gradFunc: () => [] }))() as T;
}
