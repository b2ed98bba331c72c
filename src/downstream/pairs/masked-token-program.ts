/** What a masked language model says of one token of each sequence, as a program. */
import type { Program } from '../../engine/program.ts';
import { tf } from '../../engine/tensors.ts';
import type { EncoderInput } from '../../model/encoder.ts';
import { sequenceInputs } from '../../model/inference-program.ts';
import { type NetworkName, type NetworkPlan, predictTokens } from '../../model/network.ts';
import { networksFrom, weightInputs } from '../../model/program-weights.ts';
import { targetLogProbs } from '../../objectives/mlm.ts';

/**
 * Inputs: B sequences with one masked token each, `positions` [B] of it in the B · L tokens, `targets` [B], the weights.
 * Output: `logProbs` [B] of the targets. The last layer and the head compute those positions alone.
 *
 * @param plans all of a run's: a network may read another one's weights
 */
export function maskedTokenProgram(
  plans: readonly NetworkPlan[],
  name: NetworkName,
  B: number,
  L: number,
): Program {
  return {
    name: 'masked token',
    inputs: {
      ...sequenceInputs(B, L),
      positions: { shape: [B], dtype: 'int32' },
      targets: { shape: [B], dtype: 'int32' },
      ...weightInputs(plans),
    },
    compute(inputs, noise) {
      const network = networksFrom(plans, (key) => inputs[`weights/${key}`]!, noise, false)(name);
      const logits = predictTokens(network, inputs as unknown as EncoderInput, inputs.positions!); // [B, V]
      return { logProbs: targetLogProbs(tf.softmax(logits), inputs.targets!) }; // [B]
    },
  };
}
