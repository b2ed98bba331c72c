/**
 * Adversarial training without REINFORCE: the generator ascends on the discriminator's loss through a straight-through
 * Gumbel-softmax. The discriminator reads tokens that were really sampled; the gradient of its loss, reversed, reaches
 * the generator as if the choice had been soft.
 *
 * Ours. AMOS (Meng et al. 2022), which inspired it, trains only the mixture weights of several generators this way.
 * Both networks' losses move the tables that they share, unless `objective.policyMovesShared` is false.
 */
import { tf } from '../engine/tensors.ts';
import { detectReplaced, predictTokens, withConstantLoans } from '../model/network.ts';
import { discriminatorPlan, withGenerator } from '../model/plans.ts';
import { maskedInput, withTokens } from '../objectives/batch.ts';
import { corrupt, isReplaced, policyLogits } from '../objectives/corruption.ts';
import { discriminatorWeightAt } from '../objectives/discriminator-weight.ts';
import { detectionRewards, meanOver } from '../objectives/policy-gradient.ts';
import { replacedTokenLoss } from '../objectives/rtd.ts';
import { chooseTokens, perturb, reversedChoice } from '../objectives/straight-through.ts';
import { type Losses, needsNetwork, type Regime, type StepContext } from './regime.ts';

export const gumbelAdversarial: Regime = {
  name: 'gumbel-adversarial',
  summary:
    'the generator ascends on the discriminator’s loss through a straight-through Gumbel-softmax (ours)',
  masking: 'all-mask',
  conflictOf: needsNetwork,
  networks: (sizes, { generator }) => withGenerator(discriminatorPlan(sizes), generator),
  stages: [{ name: 'gumbel-adversarial', trains: ['generator', 'discriminator'], losses }],
  predictor: 'generator',
  detector: 'discriminator',
  encoder: 'discriminator',
};

function losses(context: StepContext): Losses {
  const { batch, network, noise, objective, scheduled } = context;
  const { maskedPositions, maskedWeights } = batch;
  const generator = objective.policyMovesShared
    ? network('generator')
    : withConstantLoans(network('generator'));
  const logits = policyLogits(predictTokens(generator, maskedInput(batch), maskedPositions), context); // [N, V]
  const perturbed = perturb(logits, noise.uniform('sampling', logits.shape)); // [N, V]

  const corruptedIds = corrupt(batch, chooseTokens(perturbed)); // [B, L]
  const labels = isReplaced(corruptedIds, batch.tokenIds); // [T]
  const discriminator = network('discriminator');
  const table = discriminator.weights('embeddings.token'); // [V, E]
  const shift = reversedChoice(perturbed, table, maskedPositions, maskedWeights, labels.size); // [T, E]
  const rtdLogits = detectReplaced(discriminator, withTokens(batch, corruptedIds), shift); // [T]
  const rtdLoss = replacedTokenLoss(rtdLogits, labels, batch.attentionMask);

  const reward = meanOver(detectionRewards(rtdLogits, labels, maskedPositions), maskedWeights);
  const weight = scheduled('discriminatorWeight', discriminatorWeightAt); // λ
  return { loss: tf.mul(rtdLoss, weight), rtdLoss, reward };
}
