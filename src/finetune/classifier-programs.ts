/** The programs of fine-tuning: one training step, and the logits of a batch. */
import { differentiate } from '../engine/differentiate.ts';
import type { InputSpec, NoiseSource, Program } from '../engine/program.ts';
import type { Tensor } from '../engine/tensors.ts';
import { classify } from '../model/classifier.ts';
import type { EncoderInput } from '../model/encoder.ts';
import type { NetworkPlan } from '../model/network.ts';
import { networksFrom, weightInputs } from '../model/program-weights.ts';
import { maskedLmLoss } from '../objectives/mlm.ts';

/** Inputs: a batch with `labels` and `exampleWeights` [B], the weights. Outputs: `loss`, `gradients/<key>`. */
export function classifierStepProgram(plan: NetworkPlan, B: number, L: number, dropout: number): Program {
  return {
    name: 'finetune-step',
    inputs: {
      ...sequenceInputs(B, L),
      labels: { shape: [B], dtype: 'int32' },
      exampleWeights: { shape: [B], dtype: 'float32' },
      ...weightInputs([plan]),
    },
    compute(inputs, noise) {
      const { losses, gradients } = differentiate(weightsIn(inputs, plan), (moving) => {
        const logits = logitsOf(plan, moving, inputs, noise, dropout, true); // [B, K]
        return { loss: maskedLmLoss(logits, inputs.labels!, inputs.exampleWeights!) };
      });
      return { ...losses, ...gradients };
    },
  };
}

/** Inputs: a batch, the weights. Output: `logits` [B, K]. */
export function classifierProgram(plan: NetworkPlan, B: number, L: number): Program {
  return {
    name: 'classify',
    inputs: { ...sequenceInputs(B, L), ...weightInputs([plan]) },
    compute: (inputs, noise) => ({
      logits: logitsOf(plan, weightsIn(inputs, plan), inputs, noise, 0, false),
    }),
  };
}

function logitsOf(
  plan: NetworkPlan,
  weights: Record<string, Tensor>,
  inputs: Record<string, Tensor>,
  noise: NoiseSource,
  dropout: number,
  isTraining: boolean,
): Tensor {
  const network = networksFrom([plan], (key) => weights[key]!, noise, isTraining)(plan.name);
  return classify(network, inputs as unknown as EncoderInput, dropout);
}

function weightsIn(inputs: Record<string, Tensor>, plan: NetworkPlan): Record<string, Tensor> {
  const keys = plan.parameters.map(({ name }) => `${plan.name}/${name}`);
  return Object.fromEntries(keys.map((key) => [key, inputs[`weights/${key}`]!]));
}

function sequenceInputs(B: number, L: number): Record<keyof EncoderInput, InputSpec> {
  return {
    tokenIds: { shape: [B, L], dtype: 'int32' },
    segmentIds: { shape: [B, L], dtype: 'int32' },
    attentionMask: { shape: [B, L], dtype: 'float32' },
  };
}
