/** The program of one training step: a stage's losses and the gradient of every weight that it moves. */
import type { ObjectiveConfig } from '../config/schema.ts';
import { differentiate } from '../engine/differentiate.ts';
import type { Program } from '../engine/program.ts';
import { type NetworkPlan, ownedParameters } from '../model/network.ts';
import { networksFrom, weightInputs } from '../model/program-weights.ts';
import { type Batch, type BatchShape, batchInputs } from '../objectives/batch.ts';
import type { Stage } from '../regimes/regime.ts';

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

function weightKeysOf(plan: NetworkPlan): string[] {
  return ownedParameters(plan).map(({ name }) => `${plan.name}/${name}`);
}
