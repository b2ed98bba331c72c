/** The regimes of Table 5, at the corners where one equals another. */
import { describe, expect, it } from 'vitest';
import { tf } from '../../src/engine/tensors.ts';
import { predictTokens } from '../../src/model/network.ts';
import { maskedInput, withTokens } from '../../src/objectives/batch.ts';
import { corrupt, maskedTargets, sampleReplacements } from '../../src/objectives/corruption.ts';
import { maskedLmLoss, smallestProbability } from '../../src/objectives/mlm.ts';
import { copyOf, onnx } from '../helpers/engines.ts';
import { compileStep, jitter, lossesOf, type TinyModel, tinyModel } from '../helpers/tiny-model.ts';

function lively(regime: string): TinyModel {
  const model = tinyModel(regime, { positions: 'relative-bias' });
  jitter(model.store);
  return model;
}

/** Runs a step on two sequences of words only, every one of them masked. */
async function whereAllIsMasked(regime: string) {
  const model = lively(regime);
  const shape = { B: 2, L: 8, N: 16 };
  const { compiled } = await compileStep(onnx, model, { shape });
  const { tokenIds, maskedTokenIds, maskedPositions, maskedWeights, attentionMask } = compiled.inputs;
  for (let i = 0; i < 16; i++) {
    [tokenIds![i], maskedTokenIds![i], maskedPositions![i]] = [5 + ((7 * i) % 30), 4, i];
    [maskedWeights![i], attentionMask![i]] = [1, 1];
  }
  await compiled.run();
  const outputs = copyOf(compiled.outputs);
  await compiled.dispose();
  return outputs;
}

describe('ELECTRA 15 %', () => {
  it('is joint training where every position is masked, in its losses and its gradients', async () => {
    const [some, all] = [await whereAllIsMasked('electra-15'), await whereAllIsMasked('joint')];
    expect(some.rtdLoss![0]).toBeCloseTo(all.rtdLoss![0]!, 6);
    for (const name of Object.keys(all)) {
      for (const [i, value] of all[name]!.entries()) {
        expect(Math.abs(some[name]![i]! - value), name).toBeLessThan(1e-5 * Math.max(1, Math.abs(value)));
      }
    }
  });
});

describe('All-Tokens MLM', () => {
  /** The restoring loss with the copy gate held at a log-odds, and what the corrupted batch was. */
  async function withGateAt(logOdds: number) {
    const model = lively('all-tokens-mlm');
    model.store.value('bert/copyGate.weights').fill(0);
    model.store.value('bert/copyGate.bias').fill(logOdds);
    const { compiled } = await compileStep(onnx, model);
    await compiled.run();
    const losses = lossesOf(compiled);
    await compiled.dispose();
    return losses;
  }

  it('with its gate open is a copy: tokens that were not replaced cost nothing, the others all there is to lose', async () => {
    const { restoreLoss } = await withGateAt(200);
    // 16 + 10 + 7 tokens of which some were replaced; a lost one costs −log of the smallest probability.
    const replaced = (restoreLoss! * 33) / -Math.log(smallestProbability);
    expect(replaced).toBeCloseTo(Math.round(replaced), 3);
    expect(replaced).toBeGreaterThan(0);
    expect(replaced).toBeLessThanOrEqual(3 + 2 + 2);
  });

  it('with its gate shut is a masked language model that is asked at every token', async () => {
    const { restoreLoss } = await withGateAt(-200);
    // Replace MLM with the same weights, asked at every token of the same corrupted text.
    expect(restoreLoss).toBeCloseTo(await restoreEverywhere(), 4);
  });

  /** Mean cross-entropy of the main network's prediction of every token, from the same corrupted text. */
  async function restoreEverywhere(): Promise<number> {
    const model = lively('all-tokens-mlm');
    const [stage] = model.regime.stages;
    const losses: typeof stage.losses = (context) => {
      const { batch, network } = context;
      const logits = predictTokens(network('generator'), maskedInput(batch), batch.maskedPositions);
      const corrupted = withTokens(batch, corrupt(batch, sampleReplacements(logits, context)));
      const everywhere = tf.tensor1d(
        Int32Array.from({ length: 48 }, (_, i) => i),
        'int32',
      );
      const restored = predictTokens(network('bert'), corrupted, everywhere);
      const targets = tf.reshape(batch.tokenIds, [48]);
      const restoreLoss = maskedLmLoss(restored, targets, tf.reshape(batch.attentionMask, [48]));
      return { loss: maskedLmLoss(logits, maskedTargets(batch), batch.maskedWeights), restoreLoss };
    };
    const regime = { ...model.regime, stages: [{ ...stage, trains: ['generator'], losses }] as const };
    const { compiled } = await compileStep(onnx, { ...model, regime });
    await compiled.run();
    const { restoreLoss } = lossesOf(compiled);
    await compiled.dispose();
    return restoreLoss!;
  }
});
