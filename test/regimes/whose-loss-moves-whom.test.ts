/** Users ask where the discriminator's gradient is stopped. Here is where, regime by regime. */
import { describe, expect, it } from 'vitest';
import { tf } from '../../src/engine/tensors.ts';
import { onnx } from '../helpers/engines.ts';
import { compileStep, jitter, type TinyModel, tinyModel } from '../helpers/tiny-model.ts';

/** The gradient of one of a stage's losses alone, by weight. */
async function gradientsOf(model: TinyModel, lossName: string): Promise<Record<string, Float32Array>> {
  const [stage] = model.regime.stages;
  const losses: typeof stage.losses = (context) => {
    const all = stage.losses(context);
    // tfjs refuses weights that a loss does not depend on at all.
    return { loss: tf.add(tf.mul(all.loss, 0), all[lossName]!) };
  };
  const regime = { ...model.regime, stages: [{ ...stage, losses }] as const };
  const { compiled } = await compileStep(onnx, { ...model, regime });
  await compiled.run();
  const entries = Object.entries(compiled.outputs).filter(([name]) => name.startsWith('gradients/'));
  const gradients = entries.map(([name, values]) => [
    name.slice('gradients/'.length),
    values.slice() as Float32Array,
  ]);
  await compiled.dispose();
  return Object.fromEntries(gradients) as Record<string, Float32Array>;
}

function modelOf(
  regime: string,
  sharing: 'none' | 'embeddings' = 'embeddings',
  policyMovesShared = true,
): TinyModel {
  const model = tinyModel(regime, { positions: 'relative-bias' }, { sharing });
  model.config.objective.policyMovesShared = policyMovesShared;
  jitter(model.store);
  return model;
}

const isMoved = (values: Float32Array) => values.some((value) => value !== 0);
const movedBy = (gradients: Record<string, Float32Array>, network: string) =>
  Object.keys(gradients).filter((name) => name.startsWith(`${network}/`) && isMoved(gradients[name]!));

describe.each([
  ['joint', 'rtdLoss'],
  ['electra-15', 'rtdLoss'],
  ['adversarial', 'rtdLoss'],
  ['replace-mlm', 'restoreLoss'],
  ['all-tokens-mlm', 'restoreLoss'],
])('in %s', (regime, loss) => {
  it('no gradient of the main network’s loss reaches the generator', async () => {
    expect(movedBy(await gradientsOf(modelOf(regime, 'none'), loss), 'generator')).toEqual([]);
  });
});

describe('in gumbel-adversarial', () => {
  it('the gradient of the discriminator’s loss reaches every weight of the generator', async () => {
    const model = modelOf('gumbel-adversarial', 'none');
    const gradients = await gradientsOf(model, 'rtdLoss');
    const owned = Object.keys(gradients).filter((name) => name.startsWith('generator/'));
    expect(movedBy(gradients, 'generator')).toEqual(owned);
  });

  it('descending on the whole raises that loss by the generator’s move and lowers it by the discriminator’s', async () => {
    // The soft choice is an approximation; over many noises and a small move its direction has to show.
    const lossAfter = async (network: string | undefined) => {
      const model = modelOf('gumbel-adversarial', 'none');
      const { compiled, gradients, drawNoise } = await compileStep(onnx, model);
      const sum = new Float32Array(gradients.length);
      for (let seed = 0; seed < 200; seed++) {
        drawNoise(seed);
        await compiled.run();
        for (let i = 0; i < sum.length; i++) sum[i]! += gradients[i]! / 200;
      }
      for (const parameter of model.store.parameters) {
        if (parameter.network !== network) continue;
        for (let i = parameter.start; i < parameter.end; i++) model.store.values[i]! -= 0.05 * sum[i]!;
      }
      let loss = 0;
      for (let seed = 0; seed < 200; seed++) {
        drawNoise(seed);
        await compiled.run();
        loss += compiled.outputs.rtdLoss![0]! / 200;
      }
      await compiled.dispose();
      return loss;
    };
    const before = await lossAfter(undefined);
    expect(await lossAfter('generator')).toBeGreaterThan(before);
    expect(await lossAfter('discriminator')).toBeLessThan(before);
  });
});

describe('in adversarial', () => {
  it('the generator’s reward moves no weight of the discriminator where policyMovesShared is false', async () => {
    const model = modelOf('adversarial', 'embeddings', false);
    expect(movedBy(await gradientsOf(model, 'policyLoss'), 'discriminator')).toEqual([]);
  });

  it('it moves the tables that the two share, and no other weight of the discriminator', async () => {
    const gradients = await gradientsOf(modelOf('adversarial'), 'policyLoss');
    expect(movedBy(gradients, 'discriminator')).toEqual([
      'discriminator/embeddings.token',
      'discriminator/embeddings.segment',
    ]);
  });

  it('the baseline’s loss moves the baseline and nothing of the encoder below it', async () => {
    const gradients = await gradientsOf(modelOf('adversarial', 'none'), 'baselineLoss');
    expect(movedBy(gradients, 'generator')).toEqual([
      'generator/baseline.weights',
      'generator/baseline.bias',
    ]);
    expect(movedBy(gradients, 'discriminator')).toEqual([]);
  });
});
