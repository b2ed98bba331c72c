/** The program of one training step: a stage's losses and the gradient of every weight that it moves. */
import type { ObjectiveConfig } from '../config/schema.ts';
import type { CompiledProgram, InputSpec, Program } from '../engine/program.ts';
import { differentiate } from '../engine/tensors.ts';
import { type NetworkPlan, ownedParameters } from '../model/network.ts';
import { networksFrom, weightInputs } from '../model/network-programs.ts';
import { type Batch, type BatchShape, batchInputs } from '../objectives/batch.ts';
import type { Clock, Stage } from '../regimes/regime.ts';

const scalar: InputSpec = { shape: [], dtype: 'float32' };

/**
 * Inputs: the batch, and `weights/<key>` for every weight. Outputs: the losses by name, and `gradients/<key>`
 * for every weight that the stage moves.
 * Each of the stage's schedules is an input [] of its name.
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
      ...Object.fromEntries(Object.keys(stage.schedules ?? {}).map((name) => [name, scalar])),
    },
    compute(inputs, noise) {
      const scheduled = Object.fromEntries(
        Object.keys(stage.schedules ?? {}).map((name) => [name, inputs[name]!]),
      );
      const sampling = { temperature: scheduled.temperature ?? temperature, disallowCorrect };
      const weights = Object.fromEntries(trained.map((key) => [key, inputs[`weights/${key}`]!]));
      const { losses, gradients } = differentiate(weights, (moving) => {
        const network = networksFrom(plans, (key) => moving[key] ?? inputs[`weights/${key}`]!, noise, true);
        const batch = inputs as unknown as Batch;
        return stage.losses({ batch, network, noise, objective, sampling, scheduled });
      });
      return { ...losses, ...gradients };
    },
  };
}

/** Writes what the stage's schedules say at a moment into the step's inputs. */
export function fillSchedules(
  { schedules = {} }: Stage,
  clock: Clock,
  objective: ObjectiveConfig,
  inputs: CompiledProgram['inputs'],
): void {
  for (const [name, at] of Object.entries(schedules)) inputs[name]!.fill(at(clock, objective));
}

function weightKeysOf(plan: NetworkPlan): string[] {
  const moving = ownedParameters(plan).filter(({ isFrozen }) => !isFrozen);
  return moving.map(({ name }) => `${plan.name}/${name}`);
}
