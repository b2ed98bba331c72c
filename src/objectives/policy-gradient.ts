/**
 * REINFORCE for a generator that is rewarded where the discriminator errs.
 *
 * The credit is per position, as in the paper: it takes the discriminator's verdict at a position to depend on
 * that position's sample and the unmasked text only, which attention makes an approximation.
 *
 * @source ELECTRA Appendix F; Williams 1992
 */
import { type Tensor, tf, withoutGradient } from '../engine/tensors.ts';
import { weightedCrossEntropy } from './mlm.ts';
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
 * @param rewards [N], constants
 * @param baseline [N], constants
 * @param weights [N] float32, 1 where the slot is used
 * @returns scalar; not a loss to be read
 */
export function policyGradientLoss(
  logits: Tensor,
  sampledIds: Tensor,
  rewards: Tensor,
  baseline: Tensor,
  weights: Tensor,
): Tensor {
  const shares = withoutGradient(() => tf.mul(tf.sub(rewards, baseline), sharesOf(weights))); // [N]
  return weightedCrossEntropy(logits, sampledIds, shares);
}

/**
 * The reward that the baseline head expects: b = −log σ(z). The paper names the head; this formula is from memory
 * of its appendix, not checked against it.
 *
 * @param logits [N], of the baseline head
 * @returns [N], nats; a constant for the gradient
 */
export function expectedRewards(logits: Tensor): Tensor {
  return withoutGradient(() => tf.softplus(tf.neg(logits)));
}

/**
 * Trains the baseline head by cross-entropy towards exp(−reward), at which −log σ(z) equals the reward.
 *
 * @param logits [N], of the baseline head
 * @param rewards [N], constants
 * @param weights [N] float32, 1 where the slot is used
 * @returns scalar, nats
 */
export function baselineLoss(logits: Tensor, rewards: Tensor, weights: Tensor): Tensor {
  const targets = withoutGradient(() => tf.exp(tf.neg(rewards))); // [N]
  const loss = tf.sub(tf.softplus(logits), tf.mul(logits, targets)); // [N]
  return weightedMean(loss, weights);
}

/** Mean over the slots that are used, as a reported constant. @param values [N] @param weights [N] */
export function meanOver(values: Tensor, weights: Tensor): Tensor {
  return withoutGradient(() => weightedMean(values, weights));
}
