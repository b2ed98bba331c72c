/** Gradients by central differences, in float32: steps of 1 % lose as much to rounding as to curvature. */
import { type Tensor, tf } from '../../src/engine/tensors.ts';

const step = 1e-2;

/** (f(x + h) − f(x − h)) / 2h for each element of x. */
export function centralDifferences(f: (x: Float32Array) => number, x: Float32Array): Float32Array {
  return x.map((_, i) => {
    const at = (h: number) => f(x.with(i, x[i]! + h));
    return (at(step) - at(-step)) / (2 * step);
  });
}

/**
 * The gradient of Σ sin(i + 1) · f(x)ᵢ as the function itself gives it, and by central differences.
 *
 * @param shape of x
 */
export function bothGradients(
  f: (x: Tensor) => Tensor,
  x: Float32Array,
  shape: number[],
): { analytic: Float32Array; numeric: Float32Array } {
  tf.setBackend('cpu');
  const weighted = (input: Tensor) => {
    const y = f(input);
    const weights = Float32Array.from({ length: y.size }, (_, i) => Math.sin(i + 1));
    return tf.sum(tf.mul(y, tf.tensor(weights, y.shape)));
  };
  const valueAt = (values: Float32Array) => tf.tidy(() => weighted(tf.tensor(values, shape)).dataSync()[0]!);
  const analytic = tf.tidy(() => tf.grad(weighted)(tf.tensor(x, shape)).dataSync() as Float32Array);
  return { analytic, numeric: centralDifferences(valueAt, x) };
}
