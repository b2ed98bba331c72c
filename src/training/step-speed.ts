/** How fast a configuration trains on this machine: a moment of each stage, on its own text. Nothing is kept. */
import { RandomStream } from '../base/random.ts';
import type { RunConfig } from '../config/schema.ts';
import type { PreparedData } from '../data/preparation/prepared.ts';
import type { Engine } from '../engine/program.ts';
import type { NetworkPlan } from '../model/network.ts';
import { countTokens, createBatchSource, fillNoise, maskingOptions } from '../objectives/batch-source.ts';
import { createParameterStore, initialiseParameters, type ParameterStore } from '../optim/parameter-store.ts';
import type { Regime, Stage } from '../regimes/regime.ts';
import { median } from '../statistics/describe.ts';
import { createTimedStep, stepSeconds, type TimedStepOptions, takeSteps } from './timed-step.ts';

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
  const masking = maskingOptions(config.objective, regime.masking);
  const batches = createBatchSource(data, masking, config.training.batchSize, 0);
  const fill: TimedStepOptions['fill'] = (index, { inputs, noise }) => {
    const tokens = batches.fill(index, inputs);
    fillNoise(noise, inputs, new RandomStream('speed', index));
    return tokens;
  };
  const step = await createTimedStep({ config, stage, plans, store, engine, fill });
  const times = await takeSteps(step, seconds);
  await step.program.dispose();
  const tokens = times.reduce((sum, time) => sum + time.tokens, 0);
  return {
    stage: stage.name,
    secondsPerStep: median(times.map(stepSeconds)),
    tokensPerStep: tokens / times.length,
  };
}
