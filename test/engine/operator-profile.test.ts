import { describe, expect, it } from 'vitest';
import { type ProfileEvent, profileProgram, sumOfFastest } from '../../src/engine/onnx/operator-profile.ts';
import { tf } from '../../src/engine/tensors.ts';
import { float, programOf } from '../helpers/engines.ts';

const ran = (node: string, operator: string, microseconds: number, shapes = {}): ProfileEvent => ({
  ...{ cat: 'Node', name: `${node}_kernel_time`, dur: microseconds, args: { op_name: operator, ...shapes } },
});
const product = { input_type_shape: [{ float: [6, 2, 5] }], output_type_shape: [{ float: [6, 2, 3] }] };

describe('a profile', () => {
  it('adds the fastest run of each node, by operator and by pass', () => {
    const { operators, products, passes, seconds } = sumOfFastest([
      ...[ran('forward/Add.0', 'Add', 5), ran('forward/Add.0', 'Add', 3), ran('backward/Add.1', 'Add', 4)],
      ...[ran('backward/Gemm.2', 'Gemm', 10, product), ran('Transpose_9', 'Transpose', 1)],
      { cat: 'Session', name: 'model_run', dur: 100, args: {} },
    ]);
    expect(operators).toEqual([
      { operator: 'Gemm', nodes: 1, seconds: 10 / 1e6 },
      { operator: 'Add', nodes: 2, seconds: 3 / 1e6 + 4 / 1e6 },
      { operator: 'Transpose', nodes: 1, seconds: 1 / 1e6 },
    ]);
    expect(products).toEqual([{ batch: 6, M: 2, K: 5, N: 3, nodes: 1, seconds: 10 / 1e6 }]);
    expect(passes).toEqual({ forward: 3 / 1e6, backward: 4 / 1e6 + 10 / 1e6, other: 1 / 1e6 });
    expect(seconds).toBe(passes.forward + passes.backward + passes.other);
  });

  it('sees every node of a program under its own operator', async () => {
    const program = programOf({ a: float(3, 4), b: float(4, 5) }, ({ a, b }) =>
      tf.exp(tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D)),
    );
    const filled: number[] = [];
    const profile = await profileProgram(program, {
      ...{ memory: {}, threads: 1, runs: 2 },
      fill: (run) => filled.push(run),
    });
    expect(filled).toEqual([0, 1]);
    const counts = Object.fromEntries(profile.operators.map(({ operator, nodes }) => [operator, nodes]));
    expect(counts).toMatchObject({ MatMul: 1, Exp: 1 });
    expect(profile.products).toMatchObject([{ batch: 1, M: 3, K: 4, N: 5, nodes: 1 }]);
    expect(profile.matrixProductFlops).toBe(2 * 3 * 4 * 5);
    expect(profile.passes.backward).toBe(0);
  });
});
