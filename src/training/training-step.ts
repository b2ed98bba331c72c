/** A stage's training step as the trainer repeats it, benches time it and laws try it: inputs, losses, update. */
import type { RunConfig } from '../config/schema.ts';
import type { CompiledProgram, Engine, HostArray } from '../engine/program.ts';
import type { NetworkPlan } from '../model/network.ts';
import { batchShape } from '../objectives/batch.ts';
import { type GradientNorms, trainedGroups } from '../optim/optimiser.ts';
import { type ParameterStore, stepMemory } from '../optim/parameter-store.ts';
import { optimiserNamed } from '../optim/registry.ts';
import type { Clock, Stage } from '../regimes/regime.ts';
import { fillSchedules, type StepProgram, stepProgram } from './step-program.ts';

type Inputs = Pick<CompiledProgram, 'inputs' | 'noise'>;

export interface TrainingStepOptions {
  config: RunConfig;
  stage: Stage;
  plans: readonly NetworkPlan[];
  /** Weights, gradients and moments; the step changes them. */
  store: ParameterStore;
  engine: Engine;
  /** Writes batch and noise. @param index of the step in the whole run @returns tokens, padding not counted */
  fill(index: number, program: Inputs): number;
}

/** Where training is when a step begins. */
export interface Moment extends Clock {
  /** Steps of the whole run that are done. */
  index: number;
  learningRate: number;
  /** Which update of the optimiser's moments this is, counted from 1. */
  update: number;
}

export interface TakenStep {
  tokens: number;
  norms: GradientNorms;
  seconds: StepSeconds;
}

export interface StepSeconds {
  /** Batch, noise and schedules. */
  host: number;
  /** The program: forward and backward. */
  run: number;
  optimiser: number;
}

export interface TrainingStep {
  /** Before it was compiled. */
  recorded: StepProgram;
  /** Weights and gradients, by the program's names. */
  memory: Record<string, HostArray>;
  program: CompiledProgram;
  compileSeconds: number;
  /** Writes all inputs of a step, this program's or its like's. @returns tokens, padding not counted */
  fill(moment: Moment, program: Inputs): number;
  take(moment: Moment): Promise<TakenStep>;
}

/** Compiles a stage's step, with an optimiser for the networks that the stage trains. The caller disposes of the program. */
export async function openTrainingStep(options: TrainingStepOptions): Promise<TrainingStep> {
  const { config, stage, plans, store, engine } = options;
  const { training, data, objective } = config;
  const shape = batchShape(training.batchSize, data.sequenceLength, objective.maskFraction);
  const memory = stepMemory(store);
  const recorded = stepProgram(stage, plans, shape, objective);
  const compilingSince = performance.now();
  const program = await engine.compile(recorded, memory);
  const compileSeconds = (performance.now() - compilingSince) / 1000;
  const groups = trainedGroups(store.parameters, stage.trains, config.optimiser);
  const optimiser = optimiserNamed(config.optimiser.kind).create(store.moments, groups, config.optimiser);
  const fill: TrainingStep['fill'] = (moment, { inputs, noise }) => {
    fillSchedules(recorded, moment, inputs);
    return options.fill(moment.index, { inputs, noise });
  };
  const take = async (moment: Moment): Promise<TakenStep> => {
    const start = performance.now();
    const tokens = fill(moment, program);
    const filled = performance.now();
    await program.run();
    const computed = performance.now();
    const norms = optimiser.update(store.values, store.gradients, moment.learningRate, moment.update);
    const end = performance.now();
    const [host, run, update] = [filled - start, computed - filled, end - computed];
    return { tokens, norms, seconds: { host: host / 1000, run: run / 1000, optimiser: update / 1000 } };
  };
  return { recorded, memory, program, compileSeconds, fill, take };
}
