/**
 * ELECTRA 15 %, of the efficiency ablation: joint training whose discriminator loss counts the masked positions
 * only, so that it learns from as few tokens as BERT.
 *
 * Both losses are means over the positions that they count; λ therefore weighs one mean against another.
 *
 * @source ELECTRA §3.5, Table 5
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

export const electra15: Regime = {
  name: 'electra-15',
  summary: 'joint, with the discriminator loss at masked positions only (ELECTRA §3.5, Table 5)',
  masking: 'all-mask',
  networks: (sizes, { generator }) =>
    withGenerator({ ...discriminatorPlan(sizes), headReads: 'masked' }, generator),
  stages: [{ name: 'electra-15', trains: ['generator', 'discriminator'], losses }],
  predictor: 'generator',
  detector: 'discriminator',
  encoder: 'discriminator',
};

function losses(context: StepContext): Losses {
  const { batch, network, scheduled } = context;
  const { maskedPositions, maskedWeights } = batch;
  const logits = predictTokens(network('generator'), maskedInput(batch), maskedPositions); // [N, V]
  const mlmLoss = maskedLmLoss(logits, maskedTargets(batch), maskedWeights);

  const sampledIds = sampleReplacements(logits, context); // [N]
  const corruptedIds = corrupt(batch, sampledIds); // [B, L]
  const rtdLogits = detectReplaced(network('discriminator'), withTokens(batch, corruptedIds)); // [T]
  const labels = tf.gather(isReplaced(corruptedIds, batch.tokenIds), maskedPositions); // [N]
  const rtdLoss = replacedTokenLoss(tf.gather(rtdLogits, maskedPositions), labels, maskedWeights);

  const weight = scheduled('discriminatorWeight', discriminatorWeightAt); // λ
  return { loss: tf.add(mlmLoss, tf.mul(rtdLoss, weight)), mlmLoss, rtdLoss };
}
