/** Small programs made of random operations, for laws that hold of every program. */
import { RandomStream } from '../../src/base/random.ts';
import type { Program } from '../../src/engine/program.ts';
import { type Tensor, tf } from '../../src/engine/tensors.ts';
import { float, programOf } from './engines.ts';

const [rows, columns] = [3, 4];

/** Operations on matrices [3, 4] and things that broadcast with them; each gives something of that kind. */
const operations: ((a: Tensor, b: Tensor, random: RandomStream) => Tensor)[] = [
  (a, b) => tf.add(a, b),
  (a, b) => tf.sub(a, b),
  (a, b) => tf.mul(a, b),
  (a, b) => tf.maximum(a, b),
  (a) => tf.sigmoid(a),
  (a) => tf.softplus(a),
  (a) => tf.exp(tf.neg(tf.square(a))),
  (a) => tf.div(a, 3),
  (a) => tf.mul(2, tf.mul(a, 0.25)),
  (a) => tf.mul(a, tf.ones([rows, columns])),
  (a) => tf.add(tf.zeros([rows, columns]), a),
  (a) => tf.sub(a, tf.tensor2d([[0.5, 0.5, 0.5, 0.5]])),
  (a) => tf.mul(tf.add(tf.scalar(0.5), tf.scalar(0.25)), a),
  (a) => tf.mean(a, -1, true),
  (a) => tf.sum(a, 0),
  (a) => tf.cast(tf.greater(a, 0), 'float32'),
  (a) => tf.clone(a),
  (a) => tf.reshape(tf.reshape(full(a), [columns, rows]), [rows, columns]),
  (a) => tf.transpose(tf.transpose(full(a))),
  (a) => tf.transpose(full(a), [0, 1]),
  (a) => tf.softmax(full(a)),
  (a, b) => tf.mul(tf.matMul(tf.matMul(full(a), tf.transpose(full(b))), full(a)), 0.1),
  (a, b) => tf.add(tf.mul(tf.matMul(tf.matMul(full(a), full(b), false, true), full(b)), 0.1), tf.sum(b, 0)),
  (a, b) => tf.grad((x) => tf.sum(tf.mul(tf.square(full(x)), full(b))))(a),
];

/** Brings a scalar, row, column or matrix to [3, 4]. */
function full(x: Tensor): Tensor {
  return tf.mul(x, tf.ones([rows, columns]));
}

/** A program of `length` random operations on three inputs; its last four results are its outputs. */
export function randomProgram(seed: number, length = 12): Program {
  const inputs = { x: float(rows, columns), y: float(1, columns), z: float(rows, 1) };
  return programOf(
    inputs,
    ({ x, y, z }) => {
      const random = new RandomStream('random program', seed);
      const values = [x!, y!, z!];
      const any = () => values[random.integer(values.length)]!;
      for (let i = 0; i < length; i++) {
        // Kept small, so that products of products stay in a range where float32 agrees with itself.
        values.push(tf.sigmoid(operations[random.integer(operations.length)]!(any(), any(), random)));
      }
      return Object.fromEntries(values.slice(-4).map((value, i) => [`output${i}`, full(value)]));
    },
    `random-${seed}`,
  );
}
