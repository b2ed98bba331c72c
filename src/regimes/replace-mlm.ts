/**
 * Replace MLM, of the efficiency ablation: a masked language model whose input holds generator samples instead of
 * [MASK], so that pre-training sees what fine-tuning will see.
 *
 * The full-size network is the `bert` of this regime; the generator is trained beside it as in ELECTRA.
 *
 * @source ELECTRA §3.5, Table 5
 */
import { tf } from '../engine/tensors.ts';
import { predictTokens } from '../model/network.ts';
import { maskedLmPlan, withGenerator } from '../model/plans.ts';
import { maskedInput, withTokens } from '../objectives/batch.ts';
import { corrupt, maskedTargets, sampleReplacements } from '../objectives/corruption.ts';
import { maskedLmLoss } from '../objectives/mlm.ts';
import type { Losses, Regime, StepContext } from './regime.ts';

export const replaceMlm: Regime = {
  name: 'replace-mlm',
  summary: 'masked language model that reads generator samples instead of [MASK] (ELECTRA §3.5, Table 5)',
  masking: 'all-mask',
  networks: (sizes, { generator }) => withGenerator(maskedLmPlan('bert', sizes), generator),
  stages: [{ name: 'replace-mlm', trains: ['generator', 'bert'], losses }],
  predictor: 'generator',
  encoder: 'bert',
};

function losses(context: StepContext): Losses {
  const { batch, network } = context;
  const { maskedPositions, maskedWeights } = batch;
  const logits = predictTokens(network('generator'), maskedInput(batch), maskedPositions); // [N, V]
  const mlmLoss = maskedLmLoss(logits, maskedTargets(batch), maskedWeights);

  const sampledIds = sampleReplacements(logits, context); // [N]
  const corruptedIds = corrupt(batch, sampledIds); // [B, L]
  const restored = predictTokens(network('bert'), withTokens(batch, corruptedIds), maskedPositions); // [N, V]
  const restoreLoss = maskedLmLoss(restored, maskedTargets(batch), maskedWeights);

  return { loss: tf.add(mlmLoss, restoreLoss), mlmLoss, restoreLoss };
}
