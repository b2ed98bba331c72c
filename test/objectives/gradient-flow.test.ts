/** Where the gradients of the joint objective go, and that they are gradients. */
import { beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/base/random.ts';
import { tf } from '../../src/engine/tensors.ts';
import type { StoredParameter } from '../../src/optim/parameter-store.ts';
import { copyOf, onnx, relativeDifference } from '../helpers/engines.ts';
import {
  compileStep,
  jitter,
  lossesOf,
  type TinyModel,
  type TinyStep,
  tinyModel,
} from '../helpers/tiny-model.ts';

function jointModel(discriminatorWeight: number): TinyModel {
  const model = tinyModel('joint', { positions: 'relative-bias' });
  model.config.objective.discriminatorWeight = discriminatorWeight;
  jitter(model.store);
  return model;
}

/** One run of the step; @returns its outputs */
async function gradientsWith(discriminatorWeight: number) {
  const { compiled } = await compileStep(onnx, jointModel(discriminatorWeight));
  await compiled.run();
  const outputs = copyOf(compiled.outputs);
  await compiled.dispose();
  return outputs;
}

const generatorOnly = (outputs: object) =>
  Object.keys(outputs).filter((name) => name.startsWith('gradients/generator/'));

describe('the discriminator’s loss', () => {
  it('leaves the gradient of every weight that only the generator has as it is without it', async () => {
    const [without, with50] = [await gradientsWith(0), await gradientsWith(50)];
    expect(generatorOnly(without).length).toBeGreaterThan(20);
    for (const name of generatorOnly(without)) expect(with50[name], name).toEqual(without[name]);
  });

  it('alone gives those weights a gradient of exactly 0', async () => {
    const model = jointModel(1);
    const [stage] = model.regime.stages;
    const losses: typeof stage.losses = (context) => {
      const { mlmLoss, rtdLoss } = stage.losses(context);
      // tfjs refuses weights that a loss does not depend on at all.
      return { loss: tf.add(tf.mul(mlmLoss!, 0), rtdLoss!) };
    };
    const regime = { ...model.regime, stages: [{ ...stage, losses }] as const };
    const { compiled } = await compileStep(onnx, { ...model, regime });
    await compiled.run();
    for (const name of generatorOnly(compiled.outputs)) {
      expect(
        compiled.outputs[name]!.every((value) => value === 0),
        name,
      ).toBe(true);
    }
    expect(compiled.outputs['gradients/discriminator/rtd.output.weights']!.some((value) => value !== 0)).toBe(
      true,
    );
    await compiled.dispose();
  });

  it('is what moves the discriminator’s own weights, in proportion to its weight', async () => {
    const [none, once, twice] = [await gradientsWith(0), await gradientsWith(1), await gradientsWith(2)];
    const name = 'gradients/discriminator/layer.0.attention.output.weights';
    expect(none[name]!.every((value) => value === 0)).toBe(true);
    expect(
      relativeDifference(twice[name]!, once[name]!.map((value) => 2 * value) as Float32Array),
    ).toBeLessThan(1e-5);
  });
});

describe.each([
  ['joint', 'absolute'],
  ['joint', 'relative-bias'],
  ['bert', 'absolute'],
  ['bert', 'relative-bias'],
] as const)('the gradient of a %s step with %s positions', (regime, positions) => {
  let model: TinyModel;
  let step: TinyStep;
  beforeAll(async () => {
    model = tinyModel(regime, { positions, dropout: 0.1, attentionDropout: 0.1 });
    model.config.objective.discriminatorWeight = 1;
    jitter(model.store);
    step = await compileStep(onnx, model);
    // The generator's samples must not jump: so small a draw gives the first token whatever the logits.
    step.compiled.inputs.sampling?.fill(1e-6);
    await step.compiled.run();
    return () => step.compiled.dispose();
  });

  /** Loss after a move of one weight; nothing is left moved. */
  async function lossAt(
    { start, end }: StoredParameter,
    direction: Float32Array,
    distance: number,
  ): Promise<number> {
    const weights = model.store.values.subarray(start, end);
    const kept = weights.slice();
    for (const [i, along] of direction.entries()) weights[i]! += distance * along;
    await step.compiled.run();
    weights.set(kept);
    return lossesOf(step.compiled).loss!;
  }

  it('is what central differences show, in a direction of every weight', async () => {
    const gradients = step.gradients.slice();
    const h = 1e-2;
    for (const parameter of model.store.parameters) {
      const gradient = gradients.slice(parameter.start, parameter.end);
      // Half along the gradient, for a slope to be seen; half anywhere, so that each element is asked.
      const anywhere = unit(randomLike(gradient, parameter.key));
      const steepest = unit(gradient);
      const direction = unit(gradient.map((_, i) => steepest[i]! + anywhere[i]!));
      const numeric =
        ((await lossAt(parameter, direction, h)) - (await lossAt(parameter, direction, -h))) / (2 * h);
      const analytic = gradient.reduce((sum, value, i) => sum + value * direction[i]!, 0);
      expect(Math.abs(numeric - analytic), parameter.key).toBeLessThan(0.02 * Math.abs(analytic) + 1e-3);
    }
  });
});

function randomLike(array: Float32Array, seed: string): Float32Array {
  const random = new RandomStream('direction', seed);
  return array.map(() => random.truncatedNormal());
}

function unit(vector: Float32Array): Float32Array {
  const norm = Math.hypot(...vector);
  return norm === 0 ? vector : vector.map((value) => value / norm);
}
