/**
 * Adversarial training: the discriminator as in `joint`; the generator by REINFORCE, rewarded with the
 * discriminator's own loss at each masked position, against a learned baseline.
 *
 * No entropy bonus and no warm start, and by default no temperature: the source names none. The weights that the generator borrows are moved
 * by the discriminator alone, unless `objective.policyMovesShared` is set (ours).
 *
 * @source ELECTRA §3.2 and Appendix F
 */
import { tf } from '../engine/tensors.ts';
import { baselineLogits, baselineParameters, mlmLogits } from '../model/heads.ts';
import { detectReplaced, encodeAt, withConstantLoans } from '../model/network.ts';
import { discriminatorPlan, withGenerator } from '../model/plans.ts';
import { corrupt, isReplaced, policyLogits, sampleTokens } from '../objectives/corruption.ts';
import {
  baselineLoss,
  detectionRewards,
  expectedRewards,
  meanOver,
  policyGradientLoss,
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
  stages: [{ name: 'adversarial', trains: ['generator', 'discriminator'], losses }],
  predictor: 'generator',
  detector: 'discriminator',
  encoder: 'discriminator',
};

function losses(context: StepContext): Losses {
  const { batch, network, noise, objective } = context;
  const { maskedPositions, maskedWeights } = batch;
  const generator = objective.policyMovesShared
    ? network('generator')
    : withConstantLoans(network('generator'));
  const hidden = encodeAt(generator, { ...batch, tokenIds: batch.maskedTokenIds }, maskedPositions); // [N, D]
  const logits = policyLogits(mlmLogits(hidden, generator.weights), context); // [N, V]

  const sampledIds = sampleTokens(logits, noise.uniform('sampling', maskedPositions.shape)); // [N]
  const corruptedIds = corrupt(batch, sampledIds); // [B, L]
  const labels = isReplaced(corruptedIds, batch.tokenIds); // [T]
  const rtdLogits = detectReplaced(network('discriminator'), { ...batch, tokenIds: corruptedIds }); // [T]
  const rtdLoss = replacedTokenLoss(rtdLogits, labels, batch.attentionMask);

  const rewards = detectionRewards(rtdLogits, labels, maskedPositions); // [N]
  const guesses = baselineLogits(hidden, generator.weights); // [N]
  const expected = expectedRewards(guesses); // [N]
  const policyLoss = policyGradientLoss(logits, sampledIds, rewards, expected, maskedWeights);
  const guessLoss = baselineLoss(guesses, rewards, maskedWeights);

  const loss = tf.add(tf.add(policyLoss, guessLoss), tf.mul(rtdLoss, objective.discriminatorWeight));
  const reward = meanOver(rewards, maskedWeights);
  const baselineSquaredError = meanOver(tf.square(tf.sub(rewards, expected)), maskedWeights);
  return { loss, rtdLoss, policyLoss, baselineLoss: guessLoss, reward, baselineSquaredError };
}
