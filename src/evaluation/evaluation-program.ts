/** The program of one evaluation batch: what the predictor says of the masked tokens, the detector of all. */
import type { Program } from '../engine/program.ts';
import { type Tensor, tf } from '../engine/tensors.ts';
import { detectReplaced, type NetworkPlan, predictTokens } from '../model/network.ts';
import { networksFrom, weightInputs } from '../model/program-weights.ts';
import { type Batch, type BatchShape, batchInputs, maskedInput, withTokens } from '../objectives/batch.ts';
import { corrupt, maskedTargets, sampleTokens } from '../objectives/corruption.ts';
import { smallestProbability, targetLogProbs } from '../objectives/mlm.ts';
import type { Regime } from '../regimes/regime.ts';

/**
 * Inputs: a batch, `uniform` [N], `commonTokenIds` [B, L] (the corruption that all arms share), the weights.
 * Outputs: `bestIds`, `sampledIds`, `targetLogProbs`, `entropies` [N]; with a detector `ownTokenIds` [B, L],
 * `ownLogits`, `commonLogits` [T].
 */
export function evaluationProgram(regime: Regime, plans: readonly NetworkPlan[], shape: BatchShape): Program {
  return {
    name: 'evaluation',
    inputs: {
      ...batchInputs(shape),
      ...weightInputs(plans),
      uniform: { shape: [shape.N], dtype: 'float32' },
      commonTokenIds: { shape: [shape.B, shape.L], dtype: 'int32' },
    },
    compute(inputs, noise) {
      const batch = inputs as unknown as Batch;
      const network = networksFrom(plans, (key) => inputs[`weights/${key}`]!, noise, false);
      const logits = predictTokens(network(regime.predictor), maskedInput(batch), batch.maskedPositions); // [N, V]
      const sampledIds = sampleTokens(logits, inputs.uniform!); // [N]
      const predictions = describePredictions(logits, batch, sampledIds);
      if (!regime.detector) return predictions;

      const detect = (tokenIds: Tensor) =>
        detectReplaced(network(regime.detector!), withTokens(batch, tokenIds));
      const ownTokenIds = corrupt(batch, sampledIds); // [B, L]
      return {
        ...predictions,
        ownTokenIds,
        ownLogits: detect(ownTokenIds), // [T]
        commonLogits: detect(inputs.commonTokenIds!), // [T]
      };
    },
  };
}

function describePredictions(logits: Tensor, batch: Batch, sampledIds: Tensor): Record<string, Tensor> {
  const probs = tf.softmax(logits); // [N, V]
  const surprise = tf.neg(tf.log(tf.maximum(probs, smallestProbability)));
  return {
    sampledIds,
    bestIds: tf.argMax(logits, 1),
    targetLogProbs: targetLogProbs(probs, maskedTargets(batch)),
    entropies: tf.sum(tf.mul(probs, surprise), 1),
  };
}
