/**
 * Adversarial training: the discriminator as in `joint`; the generator by REINFORCE, rewarded with the
 * discriminator's own loss at each masked position, against a learned baseline.
 *
 * No entropy bonus and no warm start, and by default no temperature: the source names none. A trained generator to begin
 * from comes with `training.fork` (ours). Both networks' losses move the tables that they share, as in `joint`, unless
 * `objective.policyMovesShared` is false.
 *
 * @source ELECTRA §3.2 and Appendix F
 */
import { tf } from '../engine/tensors.ts';
import { baselineParameters, expectedRewards, mlmLogits } from '../model/heads.ts';
import { detectReplaced, encodeAt, withConstantLoans } from '../model/network.ts';
import { discriminatorPlan, withGenerator } from '../model/plans.ts';
import { maskedInput, withTokens } from '../objectives/batch.ts';
import { corrupt, isReplaced, policyLogits, samplePolicy } from '../objectives/corruption.ts';
import { discriminatorWeightAt } from '../objectives/discriminator-weight.ts';
import {
  advantagesOf,
  baselineLoss,
  detectionRewards,
  policyGradientLoss,
  policyReport,
} from '../objectives/policy-gradient.ts';
import { replacedTokenLoss } from '../objectives/rtd.ts';
import { type Losses, needsNetwork, type Regime, type StepContext } from './regime.ts';

export const adversarial: Regime = {
  name: 'adversarial',
  summary: 'the generator is rewarded for the discriminator’s loss, by REINFORCE (ELECTRA Appendix F)',
  masking: 'all-mask',
  conflictOf: needsNetwork,
  networks(sizes, { generator }) {
    const [discriminator, plan] = withGenerator(discriminatorPlan(sizes), generator);
    const parameters = [...plan.parameters, ...baselineParameters(plan.sizes)];
    return [discriminator, { ...plan, parameters }];
  },
  mayBeginFresh: (parameter) => parameter.startsWith('baseline.'),
  stages: [{ name: 'adversarial', trains: ['generator', 'discriminator'], losses }],
  predictor: 'generator',
  detector: 'discriminator',
  encoder: 'discriminator',
};

function losses(context: StepContext): Losses {
  const { batch, network, objective, scheduled } = context;
  const { maskedPositions, maskedWeights: weights } = batch;
  const generator = objective.policyMovesShared
    ? network('generator')
    : withConstantLoans(network('generator'));
  const hidden = encodeAt(generator, maskedInput(batch), maskedPositions); // [N, D]
  const logits = policyLogits(mlmLogits(hidden, generator.weights), context); // [N, V]

  const sampledIds = samplePolicy(logits, context); // [N]
  const corruptedIds = corrupt(batch, sampledIds); // [B, L]
  const labels = isReplaced(corruptedIds, batch.tokenIds); // [T]
  const rtdLogits = detectReplaced(network('discriminator'), withTokens(batch, corruptedIds)); // [T]
  const rtdLoss = replacedTokenLoss(rtdLogits, labels, batch.attentionMask);

  const rewards = detectionRewards(rtdLogits, labels, maskedPositions); // [N]
  const expected = expectedRewards(hidden, generator.weights); // [N]
  const advantages = advantagesOf(rewards, expected, weights, objective.centreAdvantages); // [N]
  const policyLoss = policyGradientLoss(logits, sampledIds, advantages, weights);
  const guessLoss = baselineLoss(expected, rewards, weights);

  const weight = scheduled('discriminatorWeight', discriminatorWeightAt); // λ
  const loss = tf.add(tf.add(policyLoss, guessLoss), tf.mul(rtdLoss, weight));
  const isWrong = tf.gather(labels, maskedPositions); // [N]
  const report = policyReport(logits, { rewards, advantages, isWrong, weights });
  return { loss, rtdLoss, policyLoss, baselineLoss: guessLoss, ...report };
}
