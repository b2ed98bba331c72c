/** What training steps tell of themselves: a regime's losses and schedules, and the norms of gradients. */
import type { DeclaredMeasurement } from './declared-measurement.ts';

type Declared = Omit<DeclaredMeasurement, 'of'>;

/** Means over the steps since the last such row of curves.csv. */
export const trainingMeasurements: readonly Declared[] = [
  {
    name: 'train_loss',
    label: 'training: total loss',
    unit: 'nats',
    meaning: 'the whole loss',
    isFirstCurve: true,
  },
  {
    name: 'train_mlm_loss',
    label: 'training: masked-LM loss',
    unit: 'nats',
    meaning: "the loss's part of masked tokens",
  },
  {
    name: 'train_rtd_loss',
    label: 'training: replaced-token loss',
    unit: 'nats',
    meaning: "the loss's part of replaced tokens",
  },
  {
    name: 'train_restore_loss',
    label: 'training: loss of restoring tokens',
    unit: 'nats',
    meaning: "the loss's part of restored tokens",
  },
  {
    name: 'train_discriminator_weight',
    label: "training: weight of the discriminator's loss, λ",
    unit: 'number',
    meaning: 'λ, where a schedule moves it',
  },
  {
    name: 'train_temperature',
    label: 'training: sampling temperature',
    unit: 'number',
    meaning: 'the sampling temperature, where a schedule moves it',
  },
  {
    name: 'train_gradient_norm',
    label: 'training: gradient norm',
    unit: 'number',
    meaning: 'norm of all gradients before clipping',
  },
  ...['the generator', 'the discriminator', 'BERT'].map(
    (network): Declared => ({
      name: `train_gradient_norm_${network.replace('the ', '').toLowerCase()}`,
      label: `training: gradient norm of ${network}`,
      unit: 'number',
      meaning: `norm of the gradients of ${network} before clipping, where several networks are trained`,
    }),
  ),
  {
    name: 'train_policy_loss',
    label: "training: REINFORCE's loss of the generator",
    unit: 'number',
    meaning: "`adversarial`: REINFORCE's loss",
  },
  {
    name: 'train_baseline_loss',
    label: "training: squared error of the reward's baseline",
    unit: 'nats²',
    meaning: "`adversarial`: squared error of the reward's baseline",
  },
  {
    name: 'train_policy_entropy',
    label: "training: entropy of the generator's policy",
    unit: 'nats',
    meaning: "`adversarial`: entropy of the generator's policy",
  },
  {
    name: 'train_advantage_mean',
    label: 'training: mean advantage of the samples',
    unit: 'nats',
    meaning: "`adversarial`: mean of the samples' advantages",
  },
  {
    name: 'train_advantage_variance',
    label: 'training: variance of the advantages',
    unit: 'nats²',
    meaning: "`adversarial`: variance of the samples' advantages",
  },
  {
    name: 'train_reward_of_right',
    label: 'training: reward of samples that are the original',
    unit: 'nats',
    meaning: '`adversarial`: reward of samples that are the original',
  },
  {
    name: 'train_reward_of_wrong',
    label: 'training: reward of samples that replace it',
    unit: 'nats',
    meaning: '`adversarial`: reward of other samples',
  },
  {
    name: 'train_reward',
    label: "training: the generator's reward",
    unit: 'nats',
    meaning: '`gumbel-adversarial`: what the generator ascends on',
  },
];
