/** Whole training steps and evaluations on the engines: agreement, repeatability, kernels, leaks. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { GeneratorConfig } from '../../src/config/schema.ts';
import {
  classifierProgram,
  classifierStepProgram,
  featuresProgram,
} from '../../src/downstream/finetune/classifier-programs.ts';
import { createOnnxEngine } from '../../src/engine/onnx/onnx-engine.ts';
import type { Program } from '../../src/engine/program.ts';
import { kernelsOf } from '../../src/engine/record/graph.ts';
import { record } from '../../src/engine/record/recorder.ts';
import { tf } from '../../src/engine/tensors.ts';
import { evaluationProgram } from '../../src/evaluation/evaluation-program.ts';
import { classifierPlan, type Reading } from '../../src/model/classifier.ts';
import { regimeNames } from '../../src/regimes/registry.ts';
import { stepProgram } from '../../src/training/step-program.ts';
import { copyOf, javascript, onnx, randomInputs, runOnce, worstDifference } from '../helpers/engines.ts';
import {
  compileStep,
  jitter,
  lossesOf,
  type TinyModel,
  tinyModel,
  tinyShape,
} from '../helpers/tiny-model.ts';

const positions = ['absolute', 'relative-bias'] as const;
interface Choice {
  regime: string;
  positions: (typeof positions)[number];
  /** Of the generator, where it is not the default. */
  generator?: Partial<GeneratorConfig>;
}
const pairs = ['joint', 'adversarial', 'gumbel-adversarial', 'electra-15', 'replace-mlm', 'all-tokens-mlm'];
const models: Choice[] = [
  ...regimeNames.flatMap((regime) => positions.map((style) => ({ regime, positions: style }))),
  ...pairs.flatMap((regime): Choice[] => [
    { regime, positions: 'absolute', generator: { sharing: 'none' } },
    { regime, positions: 'absolute', generator: { sharing: 'all', size: 1 } },
    { regime, positions: 'absolute', generator: { sharing: 'disentangled' } },
  ]),
  { regime: 'joint', positions: 'absolute', generator: { kind: 'unigram' } },
  { regime: 'joint', positions: 'absolute', generator: { kind: 'uniform' } },
];

const { B, L, N } = tinyShape;

/** With dropout, and every weight off its initial value. */
function livelyModel({ regime, positions, generator }: Choice): TinyModel {
  const model = tinyModel(regime, { positions, dropout: 0.1, attentionDropout: 0.1 }, generator);
  jitter(model.store);
  return model;
}

/** Every program of a regime: its stages' steps, its evaluation, and the fine-tuning of its encoder. */
function programsOf({ regime, plans, config }: TinyModel): Program[] {
  const encoder = plans.find(({ name }) => name === regime.encoder)!;
  const read = (classes: number, reading: Reading = 'first-token') => ({
    plan: classifierPlan(encoder, classes, reading),
    reading,
  });
  return [
    ...regime.stages.map((stage) => stepProgram(stage, plans, tinyShape, config.objective)),
    evaluationProgram(regime, plans, tinyShape),
    classifierStepProgram(read(3), 4, 16, { dropout: 0.1 }),
    classifierStepProgram(read(1), 4, 16, { dropout: 0.1, target: 'number' }),
    classifierProgram(read(3), 4, 16),
    classifierStepProgram(read(3, 'pair-means'), 4, 16, { dropout: 0.1 }),
    classifierStepProgram(read(3, 'word'), 4, 16, { dropout: 0.1 }),
    featuresProgram(read(3, 'mean'), 4, 16),
  ];
}

describe.each(models)('$regime with $positions positions and generator $generator', (choice) => {
  it('gives the same losses and gradients on onnx as on javascript', async () => {
    const model = livelyModel(choice);
    for (const stage of model.regime.stages.keys()) {
      const [actual, expected] = [
        await compileStep(onnx, model, { stage }),
        await compileStep(javascript, model, { stage }),
      ];
      await actual.compiled.run();
      await expected.compiled.run();
      const gradients = Object.entries(expected.compiled.outputs).filter(([name]) =>
        name.startsWith('gradients/'),
      );
      expect(gradients.length).toBeGreaterThan(0);
      expect(gradients.filter(([, values]) => values.every((value) => value === 0))).toEqual([]);
      const { name, difference } = worstDifference(
        copyOf(actual.compiled.outputs),
        copyOf(expected.compiled.outputs),
      );
      expect(difference, name).toBeLessThan(1e-4);
      await actual.compiled.dispose();
    }
  });

  it('gives the same evaluation and classes on onnx as on javascript', async () => {
    const model = livelyModel(choice);
    for (const program of programsOf(model).slice(model.regime.stages.length)) {
      const values = randomInputs(program);
      values.uniform?.forEach((draw, i, all) => {
        all[i] = 0.5 + Math.abs(draw) / 8;
      });
      values.maskedPositions?.forEach((at, slot, all) => {
        all[slot] = at + L * Math.floor((slot * B) / N);
      });
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
