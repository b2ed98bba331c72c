/** The program of one training step: a stage's losses and the gradient of every weight that it moves. */
import type { ObjectiveConfig } from '../config/schema.ts';
import { differentiate } from '../engine/differentiate.ts';
import type { CompiledProgram, HostSource, Program } from '../engine/program.ts';
import type { Tensor } from '../engine/tensors.ts';
import { type NetworkPlan, ownedParameters } from '../model/network.ts';
import { networksFrom, weightInputs } from '../model/program-weights.ts';
import { type Batch, type BatchShape, batchInputs } from '../objectives/batch.ts';
import type { Clock, Schedule, Stage, StepContext } from '../regimes/regime.ts';

export interface StepProgram extends Program {
  /** The schedules that the losses ask for, by name; known once the program was recorded, as it is by compiling. */
  readonly schedules: ReadonlyMap<string, (clock: Clock) => number>;
}

/**
 * Inputs: the batch, `weights/<key>` for every weight, and a scalar for each schedule. Outputs: the losses by name, and
 * `gradients/<key>` for every weight that the stage moves.
 */
export function stepProgram(
  stage: Stage,
  plans: readonly NetworkPlan[],
  shape: BatchShape,
  objective: ObjectiveConfig,
): StepProgram {
  const trained = plans.filter(({ name }) => stage.trains.includes(name)).flatMap(weightKeysOf);
  const schedules = new Map<string, (clock: Clock) => number>();
  return {
    name: `${stage.name}-step`,
    schedules,
    inputs: { ...batchInputs(shape), ...weightInputs(plans) },
    compute(inputs, host) {
      const scheduled = scheduleInputs(host, (name, at) => {
        schedules.set(name, (clock) => at(clock, objective));
      });
      const weights = Object.fromEntries(trained.map((key) => [key, inputs[`weights/${key}`]!]));
      const { losses, gradients } = differentiate(weights, (moving) => {
        const network = networksFrom(plans, (key) => moving[key] ?? inputs[`weights/${key}`]!, host, true);
        const batch = inputs as unknown as Batch;
        return stage.losses({ batch, network, noise: host, objective, scheduled });
      });
      return { ...losses, ...gradients };
    },
  };
}

/** Writes what a step's schedules say at a moment into its inputs. */
export function fillSchedules(
  { schedules }: StepProgram,
  clock: Clock,
  inputs: CompiledProgram['inputs'],
): void {
  for (const [name, at] of schedules) inputs[name]!.fill(at(clock));
}

/** Asks the host once for each name, however often the losses read it. */
function scheduleInputs(
  host: HostSource,
  note: (name: string, at: Schedule) => void,
): StepContext['scheduled'] {
  const asked = new Map<string, Tensor>();
  return (name, at) => {
    const scalar = asked.get(name) ?? host.scalar(name);
    asked.set(name, scalar);
    note(name, at);
    return scalar;
  };
}

function weightKeysOf(plan: NetworkPlan): string[] {
  const moving = ownedParameters(plan).filter(({ isFrozen }) => !isFrozen);
  return moving.map(({ name }) => `${plan.name}/${name}`);
}
