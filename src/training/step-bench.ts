/** Where a training step's time goes on one engine: its parts, and its operators. */
import type { RunConfig } from '../config/schema.ts';
import { webgpuStyle } from '../engine/engines.ts';
import type { OperatorProfile } from '../engine/onnx/operator-profile.ts';
import type { Engine } from '../engine/program.ts';
import { createParameterStore, initialiseParameters } from '../optim/parameter-store.ts';
import type { Stage } from '../regimes/regime.ts';
import { networksOf, regimeNamed } from '../regimes/registry.ts';
import { median } from '../statistics/describe.ts';
import { randomBatches } from './random-batches.ts';
import { createTimedStep, stepSeconds, type TimedStep, takeSteps } from './timed-step.ts';

export interface BenchOptions {
  config: RunConfig;
  engine: Engine;
  /** Of an engine that has them. */
  threads?: number;
  /** How long each stage is timed. */
  seconds: number;
}

export interface StageBench {
  stage: string;
  engine: string;
  /** Absent where the engine does not choose them. */
  threads?: number;
  stepsTimed: number;
  /** Medians; the parts need not add up to the step. */
  stepSeconds: number;
  hostSeconds: number;
  /** Of the program, both passes. */
  runSeconds: number;
  /** The program's time in the proportions of the operators that the losses need, and of the gradients' own. */
  forwardSeconds?: number;
  backwardSeconds?: number;
  optimiserSeconds: number;
  stepsPerSecond: number;
  tokensPerSecond: number;
  compileSeconds: number;
  /** Of the process so far, before anything is profiled. */
  peakMemoryBytes: number;
  /** Matrix products that a step executes. */
  flopsPerStep: number;
  flopsPerSecond: number;
  /** Of the step's nodes, those that a GPU's engine left to the processor. */
  nodesOnProcessor?: number;
  /** Shares of the time in operators. */
  operators?: { operator: string; nodes: number; share: number }[];
}

/** As many profiled runs as fit into the time of the measurement, so that each node has an undisturbed one; at most. */
const mostProfiledRuns = 30;
const warmUp = 3;
/** Those that ONNX Runtime executes. */
const profiled = ['onnx', 'webgpu'];

/** Each stage of the configuration's regime, from fresh weights, on random tokens. */
export async function benchStages(options: BenchOptions): Promise<StageBench[]> {
  const benches: StageBench[] = [];
  for (const stage of regimeNamed(options.config.regime).stages) {
    benches.push(await benchStage(options, stage));
  }
  return benches;
}

async function benchStage(options: BenchOptions, stage: Stage): Promise<StageBench> {
  const { engine, seconds, threads } = options;
  const step = await openStep(options, stage);
  const times = await takeSteps(step, seconds, { warmUp });
  const peakMemoryBytes = process.resourceUsage().maxRSS * 1024;
  const medianOf = (part: (time: (typeof times)[number]) => number) => median(times.map(part));
  const stepTime = medianOf(stepSeconds);
  const flopsPerStep = step.program.matrixProductFlops;
  const runSeconds = medianOf(({ run }) => run);
  const runs = Math.max(1, Math.min(mostProfiledRuns, Math.floor(seconds / stepTime)));
  const profile = profiled.includes(engine.name)
    ? await profileStep(step, engine, { threads: threads ?? 1, runs })
    : undefined;
  await step.program.dispose();
  return {
    ...{ stage: stage.name, engine: engine.name, ...(threads && { threads }), stepsTimed: times.length },
    ...{ stepSeconds: stepTime, hostSeconds: medianOf(({ host }) => host), runSeconds },
    ...(profile && inProportion(runSeconds, profile)),
    optimiserSeconds: medianOf(({ optimiser }) => optimiser),
    stepsPerSecond: 1 / stepTime,
    tokensPerSecond: times[0]!.tokens / stepTime,
    ...{ compileSeconds: step.compileSeconds, peakMemoryBytes },
    ...{ flopsPerStep, flopsPerSecond: flopsPerStep / stepTime },
    ...(profile && { operators: sharesOf(profile) }),
    ...(engine.name === 'webgpu' && profile && { nodesOnProcessor: profile.nodesOnProcessor }),
  };
}

function openStep({ config, engine }: BenchOptions, stage: Stage): Promise<TimedStep> {
  const vocabulary = config.data.vocabularySize;
  const plans = networksOf(config, vocabulary);
  const store = createParameterStore(plans);
  initialiseParameters(store, config.seed, new Uint32Array(vocabulary).fill(1));
  return createTimedStep({ config, stage, plans, store, engine, fill: randomBatches(config) });
}

async function profileStep(
  { recorded, memory, fill }: TimedStep,
  { name }: Engine,
  { threads, runs }: { threads: number; runs: number },
): Promise<OperatorProfile> {
  // Loads ONNX Runtime, which a machine of the javascript engine may not have.
  const { profileProgram } = await import('../engine/onnx/operator-profile.ts');
  const style = name === 'webgpu' ? { style: await webgpuStyle() } : {};
  return profileProgram(recorded, { memory, threads, runs, fill, ...style });
}

/** Both passes are one session, and a profiled one is slower: the profile gives the proportions only. */
export function inProportion(
  runSeconds: number,
  { passes, seconds }: Pick<OperatorProfile, 'passes' | 'seconds'>,
): { forwardSeconds: number; backwardSeconds: number } {
  const known = seconds - passes.other;
  return {
    forwardSeconds: (runSeconds * passes.forward) / known,
    backwardSeconds: (runSeconds * passes.backward) / known,
  };
}

function sharesOf({ operators, seconds: total }: OperatorProfile) {
  return operators.map(({ operator, nodes, seconds }) => ({ operator, nodes, share: seconds / total }));
}
