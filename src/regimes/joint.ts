/**
 * Joint maximum likelihood, ELECTRA's own regime: min L_MLM(generator) + λ · L_RTD(discriminator).
 *
 * The discriminator's loss does not reach the generator: sampling cuts the gradient.
 *
 * @source ELECTRA §2
 */
import { tf } from '../engine/tensors.ts';
import { detectReplaced, predictTokens } from '../model/network.ts';
import { discriminatorPlan, withGenerator } from '../model/plans.ts';
import { maskedInput, withTokens } from '../objectives/batch.ts';
import { corrupt, isReplaced, maskedTargets, sampleReplacements } from '../objectives/corruption.ts';
import { discriminatorWeightAt } from '../objectives/discriminator-weight.ts';
import { maskedLmLoss } from '../objectives/mlm.ts';
import { replacedTokenLoss } from '../objectives/rtd.ts';
import type { Losses, Regime, StepContext } from './regime.ts';

export const joint: Regime = {
  name: 'joint',
  summary: 'generator and discriminator together, both by maximum likelihood (ELECTRA §2)',
  masking: 'all-mask',
  networks: (sizes, { generator }) => withGenerator(discriminatorPlan(sizes), generator),
  stages: [{ name: 'joint', trains: ['generator', 'discriminator'], losses }],
  predictor: 'generator',
  detector: 'discriminator',
  encoder: 'discriminator',
};

function losses(context: StepContext): Losses {
  const { batch, network, scheduled } = context;
  const logits = predictTokens(network('generator'), maskedInput(batch), batch.maskedPositions); // [N, V]
  const mlmLoss = maskedLmLoss(logits, maskedTargets(batch), batch.maskedWeights);

  const sampledIds = sampleReplacements(logits, context); // [N]
  const corruptedIds = corrupt(batch, sampledIds); // [B, L]
  const rtdLogits = detectReplaced(network('discriminator'), withTokens(batch, corruptedIds)); // [T]
  const rtdLoss = replacedTokenLoss(rtdLogits, isReplaced(corruptedIds, batch.tokenIds), batch.attentionMask);

  const weight = scheduled('discriminatorWeight', discriminatorWeightAt); // λ
  return { loss: tf.add(mlmLoss, tf.mul(rtdLoss, weight)), mlmLoss, rtdLoss };
}
