/** What an evaluation measures on held-out text, in the order of runs.csv's columns. `evaluation/evaluator.ts` computes it. */
import type { DeclaredMeasurement } from './declared-measurement.ts';

type Declared = Omit<DeclaredMeasurement, 'of'>;

export const heldOutMeasurements: readonly Declared[] = [
  {
    name: 'mlm_accuracy',
    label: 'masked tokens predicted, argmax',
    unit: 'fraction',
    meaning: 'masked tokens predicted by the best guess (argmax)',
    better: 'higher',
    figure: 'diagnostics',
    isFirstCurve: true,
    baseline: {
      metric: 'mlm_accuracy_commonest',
      label: 'commonest token',
      means: 'always the same guess',
    },
  },
  {
    name: 'mlm_loss',
    label: 'masked-LM loss',
    unit: 'nats',
    meaning: 'cross-entropy of masked held-out tokens',
    better: 'lower',
    isFirstCurve: true,
  },
  {
    name: 'mlm_accuracy_sampled',
    label: 'masked tokens predicted, sampled',
    unit: 'fraction',
    meaning: 'masked tokens predicted by one draw from the distribution',
    better: 'higher',
    figure: 'diagnostics',
  },
  {
    name: 'mlm_accuracy_commonest',
    label: 'masked tokens predicted by the commonest token',
    unit: 'fraction',
    meaning: 'masked tokens that the commonest training token predicts',
  },
  {
    name: 'mlm_entropy',
    label: "entropy of the generator's distribution",
    unit: 'nats',
    meaning: 'entropy of the predicted distribution',
    figure: 'diagnostics',
  },
  {
    name: 'replaced_fraction',
    label: 'masked tokens that sampling changes',
    unit: 'fraction',
    meaning: "masked tokens that the generator's draw changes",
  },
  ...detection('rtd', 'own samples', "on the run's own generator's samples"),
  ...detection('rtd_common', 'common corruption', 'on one corruption for all arms'),
  {
    name: 'rtd_masked_auc',
    label: 'replaced tokens found among the masked ones (AUC), own samples',
    unit: 'ratio',
    meaning:
      'area under the ROC curve among masked positions only, where ELECTRA 15 % learns; empty before 2026-11-25',
    better: 'higher',
  },
  {
    name: 'rtd_masked_frequency_auc',
    label: 'AUC of token frequencies alone among the masked ones, own samples',
    unit: 'ratio',
    meaning: 'the same for a classifier that sees token frequencies only; empty before 2026-11-25',
  },
];

/** The discriminator's measurements on one corruption. */
function detection(prefix: string, where: string, on: string): Declared[] {
  return [
    {
      name: `${prefix}_auc`,
      label: `replaced tokens found (AUC), ${where}`,
      unit: 'ratio',
      meaning: `area under the ROC curve: how often a replaced token scores above an original one, ${on}`,
      better: 'higher',
      figure: 'diagnostics',
      isFirstCurve: true,
      baseline: {
        metric: `${prefix}_frequency_auc`,
        label: 'token frequencies',
        means: 'only how rare a token is',
      },
    },
    {
      name: `${prefix}_frequency_auc`,
      label: `AUC of token frequencies alone, ${where}`,
      unit: 'ratio',
      meaning: `the same area for a classifier that sees token frequencies only, ${on}`,
    },
    {
      name: `${prefix}_loss`,
      label: `replaced-token loss, ${where}`,
      unit: 'nats',
      meaning: `the discriminator's loss per token, ${on}`,
      better: 'lower',
    },
    {
      name: `${prefix}_accuracy`,
      label: `replaced tokens: accuracy, ${where}`,
      unit: 'fraction',
      meaning: `tokens judged rightly, ${on}`,
      better: 'higher',
    },
    {
      name: `${prefix}_majority_rate`,
      label: `replaced tokens: accuracy of always answering original, ${where}`,
      unit: 'fraction',
      meaning: `accuracy of calling no token replaced, ${on}`,
    },
    {
      name: `${prefix}_precision`,
      label: `replaced tokens: precision, ${where}`,
      unit: 'fraction',
      meaning: `of the tokens called replaced, those that are, ${on}`,
      better: 'higher',
    },
    {
      name: `${prefix}_recall`,
      label: `replaced tokens: recall, ${where}`,
      unit: 'fraction',
      meaning: `of the replaced tokens, those called so, ${on}`,
      better: 'higher',
    },
    {
      name: `${prefix}_collapsed`,
      label: `discriminator collapsed (1 = yes), ${where}`,
      unit: '0 or 1',
      meaning: `1 if almost no token is called replaced, ${on}; a weak detector that is calibrated has 1 too`,
    },
  ];
}
