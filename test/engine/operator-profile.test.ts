import { describe, expect, it } from 'vitest';
import { translate } from '../../src/engine/onnx/onnx-engine.ts';
import {
  namePasses,
  type Pass,
  type ProfileEvent,
  passOf,
  profileProgram,
  sumOfFastest,
} from '../../src/engine/onnx/operator-profile.ts';
import type { Program } from '../../src/engine/program.ts';
import { differentiate, type Tensor, tf } from '../../src/engine/tensors.ts';
import { float, programOf } from '../helpers/engines.ts';

const ran = (node: string, operator: string, microseconds: number, shapes = {}): ProfileEvent => ({
  cat: 'Node',
  name: `${node}_kernel_time`,
  dur: microseconds,
  args: { op_name: operator, ...shapes },
});
const shapes = (inputs: number[][], output: number[]) => ({
  input_type_shape: inputs.map((float) => ({ float })),
  output_type_shape: [{ float: output }],
});
const row = shapes([[6], []], [6]);
const table = shapes([[2, 6], [6]], [2, 6]);

describe('a profile', () => {
  it('adds the fastest run of each node, by operator and by pass', () => {
    const { operators, kernels, passes, seconds } = sumOfFastest([
      ran('forward/Add.0', 'Add', 5, row),
      ran('forward/Add.0', 'Add', 3, row),
      ran('backward/Add.1', 'Add', 4, table),
      ran('backward/Add.3', 'Add', 6, row),
      ran('backward/Gemm.2', 'Gemm', 20),
      ran('Transpose_9', 'Transpose', 1),
      { cat: 'Session', name: 'model_run', dur: 100, args: {} },
    ]);
    expect(operators).toEqual([
      { operator: 'Gemm', nodes: 1, seconds: 20 / 1e6 },
      { operator: 'Add', nodes: 3, seconds: 3 / 1e6 + 4 / 1e6 + 6 / 1e6 },
      { operator: 'Transpose', nodes: 1, seconds: 1 / 1e6 },
    ]);
    expect(kernels.filter(({ operator }) => operator === 'Add')).toEqual([
      { operator: 'Add', inputs: [[6], []], output: [6], nodes: 2, seconds: 3 / 1e6 + 6 / 1e6 },
      { operator: 'Add', inputs: [[2, 6], [6]], output: [2, 6], nodes: 1, seconds: 4 / 1e6 },
    ]);
    expect(passes).toEqual({ forward: 3 / 1e6, backward: 4 / 1e6 + 6 / 1e6 + 20 / 1e6, other: 1 / 1e6 });
    expect(seconds).toBe(passes.forward + passes.backward + passes.other);
  });

  it('sees every node of a program under its own operator', async () => {
    const program = programOf({ a: float(3, 4), b: float(4, 5) }, ({ a, b }) =>
      tf.exp(tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D)),
    );
    const filled: number[] = [];
    const profile = await profileProgram(program, {
      memory: {},
      threads: 1,
      runs: 2,
      fill: (run) => filled.push(run),
    });
    expect(filled).toEqual([0, 1]);
    const counts = Object.fromEntries(profile.operators.map(({ operator, nodes }) => [operator, nodes]));
    expect(counts).toMatchObject({ MatMul: 1, Exp: 1 });
    const nodes = profile.operators.reduce((sum, operator) => sum + operator.nodes, 0);
    expect(profile.nodesOnProcessor).toBe(nodes);
    const product = profile.kernels.find(({ operator }) => operator === 'MatMul');
    expect(product).toMatchObject({
      inputs: [
        [3, 4],
        [4, 5],
      ],
      output: [3, 5],
      nodes: 1,
    });
    expect(profile.matrixProductFlops).toBe(2 * 3 * 4 * 5);
    expect(profile.passes.backward).toBe(0);
  });
});

/** Loss Σ exp(x · w), gradient xᵀ · exp(x · w). */
const step: Program = {
  name: 'toy-step',
  inputs: { x: float(2, 3), w: float(3, 4) },
  compute({ x, w }) {
    const { losses, gradients } = differentiate({ w: w! }, (weights) => ({
      loss: tf.sum(tf.exp(tf.matMul(x as tf.Tensor2D, weights.w as tf.Tensor2D))) as Tensor,
    }));
    return { ...losses, ...gradients };
  },
};

function operatorsByPass(program: Program): Record<Pass, string[]> {
  const { model } = translate(program, 1);
  namePasses(model);
  const of = (pass: Pass) =>
    model.nodes.filter(({ name }) => passOf(name!) === pass).map(({ operator }) => operator);
  return { forward: of('forward'), backward: of('backward') };
}

describe('passes of a step', () => {
  it('are told apart by what the losses need: exp, which both need, is forward', () => {
    const { forward, backward } = operatorsByPass(step);
    expect(forward).toEqual(['MatMul', 'Exp', 'ReduceSum', 'Identity']);
    expect(backward).toEqual(['Transpose', 'MatMul', 'Identity']);
  });

  it('are forward throughout where there is no gradient', () => {
    const { backward } = operatorsByPass(programOf({ x: float(2) }, ({ x }) => tf.exp(x!)));
    expect(backward).toEqual([]);
  });

  it('give every node a name of its own', () => {
    const { model } = translate(step, 1);
    namePasses(model);
    expect(new Set(model.nodes.map(({ name }) => name)).size).toBe(model.nodes.length);
  });

  it('are not read into a name that ONNX Runtime has made up', () => {
    expect([passOf('forward/Add.3_kernel_time'), passOf('backward/Gemm.1'), passOf('Transpose_7')]).toEqual([
      'forward',
      'backward',
      undefined,
    ]);
  });
});
