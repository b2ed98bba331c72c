/** The baseline: a masked language model at the discriminator's size, 80/10/10 masking. @source ELECTRA §3.5 */
import { predictTokens } from '../model/network.ts';
import { maskedLmPlan } from '../model/plans.ts';
import { maskedInput } from '../objectives/batch.ts';
import { maskedTargets } from '../objectives/corruption.ts';
import { maskedLmLoss } from '../objectives/mlm.ts';
import type { Losses, Regime, StepContext } from './regime.ts';

export const bert: Regime = {
  name: 'bert',
  summary: 'masked language model at full size, the baseline (ELECTRA §3.5)',
  masking: 'bert-80-10-10',
  networks: (sizes) => [maskedLmPlan('bert', sizes)],
  stages: [{ name: 'bert', trains: ['bert'], losses }],
  predictor: 'bert',
  encoder: 'bert',
};

function losses({ batch, network }: StepContext): Losses {
  const logits = predictTokens(network('bert'), maskedInput(batch), batch.maskedPositions); // [N, V]
  const mlmLoss = maskedLmLoss(logits, maskedTargets(batch), batch.maskedWeights);
  return { loss: mlmLoss, mlmLoss };
}
