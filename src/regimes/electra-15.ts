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
  stages: [
    {
      name: 'electra-15',
      trains: ['generator', 'discriminator'],
      schedules: { discriminatorWeight: discriminatorWeightAt },
      losses,
    },
  ],
  predictor: 'generator',
  detector: 'discriminator',
  encoder: 'discriminator',
};

function losses(context: StepContext): Losses {
  const { batch, network, scheduled } = context;
  const { maskedPositions, maskedWeights } = batch;
  const masked = { ...batch, tokenIds: batch.maskedTokenIds };
  const logits = predictTokens(network('generator'), masked, maskedPositions); // [N, V]
  const mlmLoss = maskedLmLoss(logits, maskedTargets(batch), maskedWeights);

  const sampledIds = sampleReplacements(logits, context); // [N]
  const corruptedIds = corrupt(batch, sampledIds); // [B, L]
  const rtdLogits = detectReplaced(network('discriminator'), { ...batch, tokenIds: corruptedIds }); // [T]
  const labels = tf.gather(isReplaced(corruptedIds, batch.tokenIds), maskedPositions); // [N]
  const rtdLoss = replacedTokenLoss(tf.gather(rtdLogits, maskedPositions), labels, maskedWeights);

  return { loss: tf.add(mlmLoss, tf.mul(rtdLoss, scheduled.discriminatorWeight!)), mlmLoss, rtdLoss };
}
