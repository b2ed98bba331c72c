/** A stage's training step on weights of its own, timed part by part. Nothing is kept. */
import type { ObjectiveConfig, RunConfig } from '../config/schema.ts';
import type { CompiledProgram, Engine, HostArray, Program } from '../engine/program.ts';
import type { NetworkPlan } from '../model/network.ts';
import { batchShape } from '../objectives/batch.ts';
import { createAdamW, trainedGroups } from '../optim/adamw.ts';
import { type ParameterStore, stepMemory } from '../optim/parameter-store.ts';
import type { Stage } from '../regimes/regime.ts';
import { fillSchedules, stepProgram } from './step-program.ts';

export interface TimedStepOptions {
  config: RunConfig;
  stage: Stage;
  plans: readonly NetworkPlan[];
  /** Weights; a rate of 0 costs as much as any other and leaves them as they are. */
  store: ParameterStore;
  engine: Engine;
  /** Writes the batch and the noise of a step. @returns tokens, padding not counted */
  fill(step: number, program: Pick<CompiledProgram, 'inputs' | 'noise'>): number;
  /** Of the first steps; default 0 throughout. */
  learningRateAt?(step: number): number;
}

/** What one step took, in seconds. */
export interface StepTimes {
  /** Batch and noise. */
  host: number;
  /** The program: forward and backward. */
  run: number;
  optimiser: number;
  tokens: number;
}

export interface TimedStep {
  /** Before it was compiled, for profiles. */
  recorded: Program;
  /** Weights and gradients, by the program's names. */
  memory: Record<string, HostArray>;
  program: CompiledProgram;
  compileSeconds: number;
  /** @param index counted from 0 */
  take(index: number): Promise<StepTimes>;
}

/** Writes all inputs of a step: a batch, its noise, and the stage's schedules as they are half-way. */
export function filledStep(
  stage: Stage,
  objective: ObjectiveConfig,
  fill: TimedStepOptions['fill'],
): TimedStepOptions['fill'] {
  return (step, program) => {
    fillSchedules(stage, { step, progress: 0.5 }, objective, program.inputs);
    return fill(step, program);
  };
}

/** Compiles a stage's step. The caller disposes of the program. */
export async function createTimedStep(options: TimedStepOptions): Promise<TimedStep> {
  const { config, stage, plans, store, engine, learningRateAt = () => 0 } = options;
  const memory = stepMemory(store);
  const { training, data, objective } = config;
  const shape = batchShape(training.batchSize, data.sequenceLength, objective.maskFraction);
  const recorded = stepProgram(stage, plans, shape, objective);
  const compilingSince = performance.now();
  const program = await engine.compile(recorded, memory);
  const compileSeconds = (performance.now() - compilingSince) / 1000;
  const groups = trainedGroups(store.parameters, stage.trains, config.optimiser);
  const fill = filledStep(stage, objective, options.fill);
  const optimiser = createAdamW(store.moments, groups, config.optimiser);
  const take = async (index: number): Promise<StepTimes> => {
    const start = performance.now();
    const tokens = fill(index, program);
    const filled = performance.now();
    await program.run();
    const computed = performance.now();
    optimiser.update(store.values, store.gradients, learningRateAt(index), index + 1);
    const end = performance.now();
    const [host, run, update] = [filled - start, computed - filled, end - computed];
    return { host: host / 1000, run: run / 1000, optimiser: update / 1000, tokens };
  };
  return { recorded, memory, program, compileSeconds, take };
}

/** Steps for a while, at least one; the first ones, which ask the system for memory, are not counted. */
export async function takeSteps(
  step: TimedStep,
  seconds: number,
  { warmUp = 1, most = Number.POSITIVE_INFINITY }: { warmUp?: number; most?: number } = {},
): Promise<StepTimes[]> {
  for (let index = 0; index < warmUp; index++) await step.take(index);
  const times: StepTimes[] = [];
  const until = performance.now() + 1000 * seconds;
  do times.push(await step.take(warmUp + times.length));
  while (performance.now() < until && times.length < most);
  return times;
}

/** What a whole step took. */
export function stepSeconds({ host, run, optimiser }: StepTimes): number {
  return host + run + optimiser;
}
