/**
 * The programs of fine-tuning: one training step, the logits of a batch, and what the head reads of one. A regression
 * is one logit.
 */
import type { InputSpec, NoiseSource, Program } from '../../engine/program.ts';
import { differentiate, type Tensor, tf } from '../../engine/tensors.ts';
import { type ClassifierInput, classify, type Reading, readFeatures } from '../../model/classifier.ts';
import type { Network, NetworkPlan } from '../../model/network.ts';
import { networksFrom, sequenceInputs, weightInputs } from '../../model/network-programs.ts';
import { weightedCrossEntropy } from '../../objectives/mlm.ts';
import { sharesOf, weightedMean } from '../../objectives/weighted-mean.ts';

/** What the head predicts. */
export type Target = 'class' | 'number';

/** An encoder with its head, and what the head reads. */
export interface ClassifierModel {
  plan: NetworkPlan;
  reading: Reading;
}

/**
 * Inputs: a batch with `exampleWeights` [B] and its `labels` [B] (int32) or `targets` [B] (float32), the weights.
 * Outputs: `loss`, `gradients/<key>`.
 */
export function classifierStepProgram(
  model: ClassifierModel,
  B: number,
  L: number,
  { dropout, target = 'class' }: { dropout: number; target?: Target },
): Program {
  return {
    name: 'finetune-step',
    inputs: {
      ...batchInputs(model, B, L),
      ...(target === 'class' ? { labels: vector(B, 'int32') } : { targets: vector(B, 'float32') }),
      exampleWeights: vector(B, 'float32'),
      ...weightInputs([model.plan]),
    },
    compute(inputs, noise) {
      const { losses, gradients } = differentiate(weightsIn(inputs, model), (moving) => {
        const logits = logitsOf(model, networkOf(model, moving, noise, true), inputs, dropout); // [B, K]
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
export function classifierProgram(model: ClassifierModel, B: number, L: number): Program {
  return {
    name: 'classify',
    inputs: { ...batchInputs(model, B, L), ...weightInputs([model.plan]) },
    compute(inputs, noise) {
      const network = networkOf(model, weightsIn(inputs, model), noise, false);
      return { logits: logitsOf(model, network, inputs, 0) };
    },
  };
}

/** Inputs: a batch, the weights. Output: `features` [B, F], what the head reads. */
export function featuresProgram(model: ClassifierModel, B: number, L: number): Program {
  return {
    name: 'read',
    inputs: { ...batchInputs(model, B, L), ...weightInputs([model.plan]) },
    compute(inputs, noise) {
      const network = networkOf(model, weightsIn(inputs, model), noise, false);
      return { features: readFeatures(network, inputs as unknown as ClassifierInput, model.reading) };
    },
  };
}

/** What a batch is given as; the word's pieces where the head reads a word. */
function batchInputs({ reading }: ClassifierModel, B: number, L: number): Record<string, InputSpec> {
  const sequence = sequenceInputs(B, L);
  return reading === 'word' ? { ...sequence, wordMask: { shape: [B, L], dtype: 'float32' } } : sequence;
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
  { reading }: ClassifierModel,
  network: Network,
  inputs: Record<string, Tensor>,
  dropout: number,
): Tensor {
  return classify(network, inputs as unknown as ClassifierInput, reading, dropout);
}

function networkOf(
  { plan }: ClassifierModel,
  weights: Record<string, Tensor>,
  noise: NoiseSource,
  isTraining: boolean,
): Network {
  return networksFrom([plan], (key) => weights[key]!, noise, isTraining)(plan.name);
}

function weightsIn(inputs: Record<string, Tensor>, { plan }: ClassifierModel): Record<string, Tensor> {
  const keys = plan.parameters.map(({ name }) => `${plan.name}/${name}`);
  return Object.fromEntries(keys.map((key) => [key, inputs[`weights/${key}`]!]));
}

function vector(B: number, dtype: InputSpec['dtype']): InputSpec {
  return { shape: [B], dtype };
}
