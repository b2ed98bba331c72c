/**
 * All-Tokens MLM, of the efficiency ablation: as `replace-mlm`, but the identity of every token is predicted, not
 * of the masked ones only. A gate lets the model copy its input instead.
 *
 * @source ELECTRA §3.5, Table 5
 */
import { tf } from '../engine/tensors.ts';
import { encode } from '../model/encoder.ts';
import { copyGateLogits, copyGateParameters, mlmLogits } from '../model/heads.ts';
import { predictTokens } from '../model/network.ts';
import { maskedLmPlan, withGenerator } from '../model/plans.ts';
import { maskedInput, withTokens } from '../objectives/batch.ts';
import { corrupt, isReplaced, maskedTargets, sampleReplacements } from '../objectives/corruption.ts';
import { copyMechanismLoss, maskedLmLoss } from '../objectives/mlm.ts';
import type { Losses, Regime, StepContext } from './regime.ts';

export const allTokensMlm: Regime = {
  name: 'all-tokens-mlm',
  summary: 'predicts every token’s identity from generator samples, with a copy gate (ELECTRA §3.5, Table 5)',
  masking: 'all-mask',
  networks(sizes, { generator }) {
    const plan = maskedLmPlan('bert', sizes);
    const parameters = [...plan.parameters, ...copyGateParameters(sizes)];
    return withGenerator({ ...plan, parameters, headReads: 'all' }, generator);
  },
  stages: [{ name: 'all-tokens-mlm', trains: ['generator', 'bert'], losses }],
  predictor: 'generator',
  encoder: 'bert',
};

function losses(context: StepContext): Losses {
  const { batch, network } = context;
  const { maskedPositions, maskedWeights } = batch;
  const logits = predictTokens(network('generator'), maskedInput(batch), maskedPositions); // [N, V]
  const mlmLoss = maskedLmLoss(logits, maskedTargets(batch), maskedWeights);

  const sampledIds = sampleReplacements(logits, context); // [N]
  const corruptedIds = corrupt(batch, sampledIds); // [B, L]
  const bert = network('bert');
  const hidden = encode(withTokens(batch, corruptedIds), bert.weights, bert); // [T, D]
  const isCopy = tf.sub(1, isReplaced(corruptedIds, batch.tokenIds)); // [T]
  const targets = tf.reshape(batch.tokenIds, isCopy.shape); // [T]
  const counted = tf.reshape(batch.attentionMask, isCopy.shape); // [T]
  const gateLogits = copyGateLogits(hidden, bert.weights); // [T]
  const restoreLoss = copyMechanismLoss(
    mlmLogits(hidden, bert.weights),
    gateLogits,
    isCopy,
    targets,
    counted,
  );

  return { loss: tf.add(mlmLoss, restoreLoss), mlmLoss, restoreLoss };
}
