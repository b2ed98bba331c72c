/** Whole training steps and evaluations on the engines: agreement, repeatability, kernels, leaks. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { createOnnxEngine } from '../../src/engine/onnx/onnx-engine.ts';
import type { Program } from '../../src/engine/program.ts';
import { record } from '../../src/engine/record/recorder.ts';
import { tf } from '../../src/engine/tensors.ts';
import { forwardPrograms, livelyModel, models, programsOf, stepOutputs } from '../helpers/all-programs.ts';
import { copyOf, javascript, kernelsOf, onnx, runOnce, worstDifference } from '../helpers/engines.ts';
import { compileStep, lossesOf, tinyModel } from '../helpers/tiny-model.ts';

describe.each(models)('$regime with $positions positions and generator $generator', (choice) => {
  it('gives the same losses and gradients on onnx as on javascript', async () => {
    const [actual, expected] = [await stepOutputs(onnx, choice), await stepOutputs(javascript, choice)];
    for (const [stage, outputs] of expected.entries()) {
      const gradients = Object.entries(outputs).filter(([name]) => name.startsWith('gradients/'));
      expect(gradients.length).toBeGreaterThan(0);
      expect(gradients.filter(([, values]) => values.every((value) => value === 0))).toEqual([]);
      const { name, difference } = worstDifference(actual[stage]!, outputs);
      expect(difference, name).toBeLessThan(1e-4);
    }
  });

  it('gives the same evaluation and classes on onnx as on javascript', async () => {
    for (const { program, values } of forwardPrograms(livelyModel(choice))) {
      const expected = await runOnce(javascript, program, values);
      const { name, difference } = worstDifference(await runOnce(onnx, program, values), expected);
      expect(difference, `${program.name}/${name}`).toBeLessThan(1e-4);
    }
  });

  it('gives the same bytes for the same inputs on onnx with one thread', async () => {
    const model = livelyModel(choice);
    const results = [];
    for (let i = 0; i < 2; i++) {
      const { compiled } = await compileStep(onnx, model);
      await compiled.run();
      results.push(copyOf(compiled.outputs));
      await compiled.run();
      results.push(copyOf(compiled.outputs));
      await compiled.dispose();
    }
    for (const result of results) expect(result).toEqual(results[0]);
  });

  it('leaves no tensor behind on the javascript engine', async () => {
    const { compiled } = await compileStep(javascript, livelyModel(choice));
    await compiled.run();
    const { numTensors, numDataBuffers } = tf.memory();
    for (let i = 0; i < 3; i++) await compiled.run();
    expect(tf.memory()).toMatchObject({ numTensors, numDataBuffers });
  });
});

describe('more than one thread', () => {
  it('adds the gradients of one row that many positions read without losing any', async () => {
    const rows = 20_000;
    const program: Program = {
      name: 'gather',
      inputs: { x: { shape: [2, 64], dtype: 'float32' }, ids: { shape: [rows], dtype: 'int32' } },
      compute: ({ x, ids }) => ({
        gradient: tf.grad((table) => tf.sum(tf.gather(table, ids as tf.Tensor1D)))(x!),
      }),
    };
    const compiled = await createOnnxEngine(4, 'test').compile(program);
    for (let i = 0; i < 5; i++) {
      await compiled.run();
      expect([...compiled.outputs.gradient!.slice(0, 64)]).toEqual(new Array(64).fill(rows));
    }
    await compiled.dispose();
  });
});

describe('the kernels of every program', () => {
  interface KernelList {
    kernels: string[];
  }
  let known: Set<string>;
  beforeAll(() => {
    const path = new URL('../fixtures/engine/tfjs-node-kernels.json', import.meta.url);
    known = new Set((JSON.parse(readFileSync(path, 'utf8')) as KernelList).kernels);
  });

  it.each(models)('of $regime with $positions positions exist in tfjs-node', (choice) => {
    for (const program of programsOf(livelyModel(choice))) {
      const missing = kernelsOf(record(program).graph).filter((kernel) => !known.has(kernel));
      expect(missing, program.name).toEqual([]);
    }
  });
});

describe('the javascript backend', () => {
  it('leaves the input of a scatter update unchanged', () => {
    tf.setBackend('cpu');
    const input = tf.tensor1d([1, 2, 3, 4]);
    const cells = tf.tensor2d([[1], [3]], [2, 1], 'int32');
    const updates = tf.tensor1d([20, 40]);
    const output = tf.tensorScatterUpdate(input, cells, updates);
    expect([...output.dataSync()]).toEqual([1, 20, 3, 40]);
    expect([...input.dataSync()]).toEqual([1, 2, 3, 4]);
    tf.dispose([input, cells, updates, output]);
  });
});

describe('losses of a step', () => {
  it('are those that the regime names', async () => {
    const { compiled } = await compileStep(onnx, tinyModel('joint'));
    await compiled.run();
    const { loss, mlmLoss, rtdLoss } = lossesOf(compiled);
    expect(loss).toBeCloseTo(mlmLoss! + 50 * rtdLoss!, 4);
    await compiled.dispose();
  });
});
