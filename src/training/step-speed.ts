/** How fast a configuration trains on this machine: a moment of each stage, on its own text. Nothing is kept. */
import { RandomStream } from '../base/random.ts';
import type { RunConfig } from '../config/schema.ts';
import type { PreparedData } from '../data/prepared.ts';
import type { CompiledProgram, Engine } from '../engine/program.ts';
import type { NetworkPlan } from '../model/network.ts';
import { batchShape } from '../objectives/batch.ts';
import { countTokens, createBatchSource, fillNoise, maskingOptions } from '../objectives/batch-source.ts';
import { createAdamW, createMoments, optimiserGroups } from '../optim/adamw.ts';
import {
  createParameterStore,
  initialiseParameters,
  type ParameterStore,
  underPrefix,
  viewsOf,
} from '../optim/parameter-store.ts';
import type { Regime, Stage } from '../regimes/regime.ts';
import { stepProgram } from './step-program.ts';

export interface StageSpeed {
  stage: string;
  /** Batch, noise, forward, backward and optimiser: the median. */
  secondsPerStep: number;
  /** Padding not counted: the mean. */
  tokensPerStep: number;
}

export interface SpeedOptions {
  config: RunConfig;
  regime: Regime;
  plans: readonly NetworkPlan[];
  data: PreparedData;
  engine: Engine;
  /** How long each stage is measured, after a first step that is not. */
  seconds: number;
}

/** Runs steps of each stage from fresh weights. */
export async function measureStages(options: SpeedOptions): Promise<StageSpeed[]> {
  const { config, regime, plans, data } = options;
  const store = createParameterStore(plans);
  initialiseParameters(store, config.seed, countTokens(data.train, data.vocabulary));
  const speeds: StageSpeed[] = [];
  for (const stage of regime.stages) speeds.push(await measureStage(options, stage, store));
  return speeds;
}

async function measureStage(options: SpeedOptions, stage: Stage, store: ParameterStore): Promise<StageSpeed> {
  const { config, regime, plans, data, engine, seconds } = options;
  const { batchSize } = config.training;
  const gradients = new Float32Array(store.values.length);
  const shape = batchShape(batchSize, data.train.sequenceLength, config.objective.maskFraction);
  const program = await engine.compile(stepProgram(stage, plans, shape, config.objective), {
    ...underPrefix('weights', viewsOf(store.values, store.parameters)),
    ...underPrefix('gradients', viewsOf(gradients, store.parameters)),
  });
  const isTrained = (network: string) => stage.trains.some((name) => name === network);
  const groups = optimiserGroups(store.parameters, ({ network, spec }) =>
    isTrained(network) && !spec.isFrozen ? 1 : undefined,
  );
  const optimiser = createAdamW(createMoments(store.values.length), groups, config.optimiser);
  const batches = createBatchSource(data, maskingOptions(config.objective, regime.masking), batchSize, 0);
  program.inputs.temperature?.fill(1);
  const step = async (index: number) => {
    const tokens = batches.fill(index, program.inputs);
    fillNoise(program.noise, program.inputs, new RandomStream('speed', index));
    await program.run();
    optimiser.update(store.values, gradients, 0, index + 1); // a rate of 0 costs as much and leaves the weights
    return tokens;
  };
  const measured = await measure(step, seconds, program);
  return { stage: stage.name, ...measured };
}

async function measure(
  step: (index: number) => Promise<number>,
  seconds: number,
  program: CompiledProgram,
): Promise<Omit<StageSpeed, 'stage'>> {
  await step(0);
  const times: number[] = [];
  let tokens = 0;
  for (const startedAt = performance.now(); performance.now() - startedAt < 1000 * seconds; ) {
    const begin = performance.now();
    tokens += await step(times.length + 1);
    times.push((performance.now() - begin) / 1000);
  }
  await program.dispose();
  const secondsPerStep = times.toSorted((a, b) => a - b)[times.length >> 1]!;
  return { secondsPerStep, tokensPerStep: tokens / times.length };
}
