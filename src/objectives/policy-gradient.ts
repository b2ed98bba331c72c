/**
 * REINFORCE for a generator that is rewarded where the discriminator errs.
 *
 * The credit is per position, as in the paper: it takes the discriminator's verdict at a position to depend on
 * that position's sample and the unmasked text only, which attention makes an approximation.
 *
 * @source ELECTRA Appendix F; Williams 1992
 */
import { type Tensor, tf, withoutGradient } from '../engine/tensors.ts';
import { smallestProbability, weightedCrossEntropy } from './mlm.ts';
import { sharesOf, weightedMean } from './weighted-mean.ts';

/**
 * What the generator earns at each masked position: the discriminator's own cross-entropy there, softplus(z) − z · y.
 *
 * @param rtdLogits [T], log-odds that a token was replaced
 * @param labels [T] float32, 1 = replaced
 * @param positions [N] int32, into the T tokens
 * @returns [N], nats; a constant for the gradient
 */
export function detectionRewards(rtdLogits: Tensor, labels: Tensor, positions: Tensor): Tensor {
  return withoutGradient(() => {
    const z = tf.gather(rtdLogits, positions);
    return tf.sub(tf.softplus(z), tf.mul(z, tf.gather(labels, positions)));
  });
}

/**
 * What has the gradient of −E[mean reward], one sample a position: the mean of −log p(sample) · (R − b). Descending on it
 * ascends on the reward.
 *
 * @param logits [N, V]
 * @param sampledIds [N] int32
 * @param advantages [N], R − b, constants
 * @param weights [N] float32, 1 where the slot is used
 * @returns scalar; not a loss to be read
 */
export function policyGradientLoss(
  logits: Tensor,
  sampledIds: Tensor,
  advantages: Tensor,
  weights: Tensor,
): Tensor {
  const shares = withoutGradient(() => tf.mul(advantages, sharesOf(weights))); // [N]
  return weightedCrossEntropy(logits, sampledIds, shares);
}

/**
 * What the baseline head is trained by: the mean squared error of the reward that it expects. Its least value is at the
 * expected reward itself.
 *
 * The paper's head is −log σ(wᵀh), trained by cross-entropy towards the reward; fitted that way it expects
 * −log E[exp(−R)], which lies below E[R] and leaves the advantages far above 0 on average. Ours is linear, with a bias.
 *
 * @param expected [N], nats, of the baseline head
 * @param rewards [N], constants
 * @param weights [N] float32, 1 where the slot is used
 * @returns scalar, nats²
 * @source ELECTRA Appendix F (a learned baseline); its form is ours
 */
export function baselineLoss(expected: Tensor, rewards: Tensor, weights: Tensor): Tensor {
  return weightedMean(tf.square(tf.sub(expected, rewards)), weights);
}

/**
 * How much more each sample earned than expected, for the policy's gradient.
 *
 * @param isCentred whether the batch's own mean is taken off as well
 * @returns [N], nats; constants for the gradient
 */
export function advantagesOf(rewards: Tensor, expected: Tensor, weights: Tensor, isCentred: boolean): Tensor {
  return withoutGradient(() => {
    const advantages = tf.sub(rewards, expected); // [N]
    return isCentred ? tf.sub(advantages, weightedMean(advantages, weights)) : advantages;
  });
}

/**
 * What a step tells of its policy, as reported constants: entropy, mean and variance of the advantages, and the rewards
 * of right and wrong samples as sums beside their counts.
 *
 * @param logits [N, V], of the policy
 * @param isWrong [N] float32, 1 where the sample is not the original
 */
export function policyReport(
  logits: Tensor,
  { rewards, advantages, isWrong, weights }: Record<'rewards' | 'advantages' | 'isWrong' | 'weights', Tensor>,
): Record<string, Tensor> {
  const wrong = withoutGradient(() => tf.mul(isWrong, weights)); // [N]
  const right = withoutGradient(() => tf.sub(weights, wrong)); // [N]
  const advantageMean = meanOver(advantages, weights);
  return {
    reward: meanOver(rewards, weights),
    advantageMean,
    advantageVariance: meanOver(tf.square(tf.sub(advantages, advantageMean)), weights),
    policyEntropy: meanOver(entropies(logits), weights),
    ...sumAndCount('rewardOfRight', rewards, right),
    ...sumAndCount('rewardOfWrong', rewards, wrong),
  };
}

/** @returns [N], nats; a constant for the gradient */
function entropies(logits: Tensor): Tensor {
  return withoutGradient(() => {
    const probs = tf.softmax(logits); // [N, V]
    return tf.neg(tf.sum(tf.mul(probs, tf.log(tf.maximum(probs, smallestProbability))), 1));
  });
}

function sumAndCount(name: string, values: Tensor, weights: Tensor): Record<string, Tensor> {
  return {
    [name]: withoutGradient(() => tf.sum(tf.mul(values, weights))),
    [`${name}Count`]: withoutGradient(() => tf.sum(weights)),
  };
}

/** Mean over the slots that are used, as a reported constant. @param values [N] @param weights [N] */
export function meanOver(values: Tensor, weights: Tensor): Tensor {
  return withoutGradient(() => weightedMean(values, weights));
}
