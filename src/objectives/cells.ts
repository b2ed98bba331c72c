/** How one cell in each row of a matrix is named to gather and scatter. */
import { type Tensor, tf } from '../engine/tensors.ts';

/** Coordinates (row, columns[row]) of one cell in each row. @param columns [N] int32 @returns [N, 2] int32 */
export function cellsOf(columns: Tensor): Tensor {
  const rows = tf.tensor1d(
    Int32Array.from({ length: columns.size }, (_, i) => i),
    'int32',
  );
  return tf.stack([rows, columns], 1);
}
