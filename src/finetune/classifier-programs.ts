/** The programs of fine-tuning: one training step, and the logits of a batch. A regression is one logit. */
import { differentiate } from '../engine/differentiate.ts';
import type { InputSpec, NoiseSource, Program } from '../engine/program.ts';
import { type Tensor, tf } from '../engine/tensors.ts';
import { classify } from '../model/classifier.ts';
import type { EncoderInput } from '../model/encoder.ts';
import { sequenceInputs } from '../model/inference-program.ts';
import type { NetworkPlan } from '../model/network.ts';
import { networksFrom, weightInputs } from '../model/program-weights.ts';
import { weightedCrossEntropy } from '../objectives/mlm.ts';
import { sharesOf, weightedMean } from '../objectives/weighted-mean.ts';

/** What the head predicts. */
export type Target = 'class' | 'number';

/**
 * Inputs: a batch with `exampleWeights` [B] and its `labels` [B] (int32) or `targets` [B] (float32), the weights.
 * Outputs: `loss`, `gradients/<key>`.
 */
export function classifierStepProgram(
  plan: NetworkPlan,
  B: number,
  L: number,
  { dropout, target = 'class' }: { dropout: number; target?: Target },
): Program {
  return {
    name: 'finetune-step',
    inputs: {
      ...sequenceInputs(B, L),
      ...(target === 'class' ? { labels: vector(B, 'int32') } : { targets: vector(B, 'float32') }),
      exampleWeights: vector(B, 'float32'),
      ...weightInputs([plan]),
    },
    compute(inputs, noise) {
      const { losses, gradients } = differentiate(weightsIn(inputs, plan), (moving) => {
        const logits = logitsOf(plan, moving, inputs, noise, dropout, true); // [B, K]
        const { labels, targets, exampleWeights } = inputs as Record<string, Tensor>;
        const isClass = target === 'class';
        return {
          loss: isClass
            ? weightedCrossEntropy(logits, labels!, sharesOf(exampleWeights!))
            : squaredError(logits, targets!, exampleWeights!),
        };
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

/**
 * Mean squared error over the examples that count.
 *
 * @param logits [B, 1]
 * @param targets [B] float32
 * @param weights [B] float32, 0 or 1
 * @returns scalar
 * @source google-research/electra, finetune/classification/classification_tasks.py (RegressionTask)
 */
function squaredError(logits: Tensor, targets: Tensor, weights: Tensor): Tensor {
  const errors = tf.sub(tf.reshape(logits, targets.shape), targets); // [B]
  return weightedMean(tf.mul(errors, errors), weights);
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

function vector(B: number, dtype: InputSpec['dtype']): InputSpec {
  return { shape: [B], dtype };
}
