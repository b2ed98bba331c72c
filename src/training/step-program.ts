/** The program of one training step: a stage's losses and the gradient of every weight that it moves. */
import type { ObjectiveConfig } from '../config/schema.ts';
import type { InputSpec, NoiseSource, Program } from '../engine/program.ts';
import { type Tensor, tf } from '../engine/tensors.ts';
import { type Network, type NetworkName, type NetworkPlan, ownedParameters, weightKey } from '../model/network.ts';
import { type Batch, type BatchShape, batchInputs } from '../objectives/batch.ts';
import type { Losses, Stage, StepContext } from '../regimes/regime.ts';

/**
 * Inputs: the batch, and `weights/<key>` for every weight. Outputs: the losses by name, and `gradients/<key>`
 * for every weight of the networks that the stage trains.
 */
export function stepProgram(
  stage: Stage,
  plans: readonly NetworkPlan[],
  shape: BatchShape,
  objective: ObjectiveConfig,
): Program {
  const trained = plans.filter(({ name }) => stage.trains.includes(name)).flatMap(weightKeysOf);
  return {
    name: `${stage.name}-step`,
    inputs: { ...batchInputs(shape), ...weightInputs(plans) },
    compute(inputs, noise) {
      const weights = Object.fromEntries(trained.map((key) => [key, inputs[`weights/${key}`]!]));
      const { losses, gradients } = differentiate(weights, (moving) => {
        const network = networksFrom(plans, (key) => moving[key] ?? inputs[`weights/${key}`]!, noise, true);
        return stage.losses({ batch: inputs as unknown as Batch, network, noise, objective });
      });
      return { ...losses, ...gradients };
    },
  };
}

/** One input per weight that the networks own. */
export function weightInputs(plans: readonly NetworkPlan[]): Record<string, InputSpec> {
  return Object.fromEntries(
    plans.flatMap((plan) =>
      ownedParameters(plan).map(
        ({ name, shape }) => [`weights/${plan.name}/${name}`, { shape, dtype: 'float32' as const }] as const,
      ),
    ),
  );
}

/** Networks whose weights come from `weightOf`, by their owner's key. */
export function networksFrom(
  plans: readonly NetworkPlan[],
  weightOf: (key: string) => Tensor,
  noise: NoiseSource,
  isTraining: boolean,
): StepContext['network'] {
  return (name: NetworkName): Network => {
    const plan = plans.find((candidate) => candidate.name === name)!;
    const weights = (parameter: string) => weightOf(weightKey(plan, parameter));
    return { sizes: plan.sizes, weights, noise, scope: name, isTraining };
  };
}

function weightKeysOf(plan: NetworkPlan): string[] {
  return ownedParameters(plan).map(({ name }) => `${plan.name}/${name}`);
}

/** Values of all losses, and the gradient of `loss` with respect to each weight. */
function differentiate(
  weights: Record<string, Tensor>,
  compute: (weights: Record<string, Tensor>) => Losses,
): { losses: Record<string, Tensor>; gradients: Record<string, Tensor> } {
  const keys = Object.keys(weights);
  const losses: Record<string, Tensor> = {};
  const objective = (...tensors: Tensor[]) => {
    const result = compute(Object.fromEntries(keys.map((key, i) => [key, tensors[i]!])));
    // Only `loss` leaves the gradient scope by itself; the others would be disposed with it.
    for (const [name, tensor] of Object.entries(result)) losses[name] = tf.keep(tf.clone(tensor));
    return result.loss as tf.Scalar;
  };
  const { grads } = tf.valueAndGrads(objective)(Object.values(weights));
  const gradients = Object.fromEntries(keys.map((key, i) => [`gradients/${key}`, grads[i]!]));
  return { losses, gradients };
}
