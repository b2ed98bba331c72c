import { describe, expect, it } from 'vitest';
import { differentiate } from '../../src/engine/differentiate.ts';
import { translate } from '../../src/engine/onnx/onnx-engine.ts';
import { namePasses, type Pass, passOf } from '../../src/engine/onnx/passes.ts';
import type { Program } from '../../src/engine/program.ts';
import { type Tensor, tf } from '../../src/engine/tensors.ts';
import { float, programOf } from '../helpers/engines.ts';

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
      ...['forward', 'backward', undefined],
    ]);
  });
});
