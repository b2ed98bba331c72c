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
 * for every weight that the stage moves.
 * A stage whose sampling temperature changes has the input `temperature` [].
 */
export function stepProgram(
  stage: Stage,
  plans: readonly NetworkPlan[],
  shape: BatchShape,
  objective: ObjectiveConfig,
): Program {
  const { temperature, disallowCorrect } = objective;
  const trained = plans.filter(({ name }) => stage.trains.includes(name)).flatMap(weightKeysOf);
  return {
    name: `${stage.name}-step`,
    inputs: {
      ...batchInputs(shape),
      ...weightInputs(plans),
      ...(stage.temperatureAt && { temperature: { shape: [], dtype: 'float32' } }),
    },
    compute(inputs, noise) {
      const sampling = { temperature: inputs.temperature ?? temperature, disallowCorrect };
      const weights = Object.fromEntries(trained.map((key) => [key, inputs[`weights/${key}`]!]));
      const { losses, gradients } = differentiate(weights, (moving) => {
        const network = networksFrom(plans, (key) => moving[key] ?? inputs[`weights/${key}`]!, noise, true);
        const batch = inputs as unknown as Batch;
        return stage.losses({ batch, network, noise, objective, sampling });
      });
      return { ...losses, ...gradients };
    },
  };
}

function weightKeysOf(plan: NetworkPlan): string[] {
  const moving = ownedParameters(plan).filter(({ isFrozen }) => !isFrozen);
  return moving.map(({ name }) => `${plan.name}/${name}`);
}
