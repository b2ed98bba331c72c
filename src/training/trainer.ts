/**
 * The training loop: cadence, evaluation, checkpoints, progress and finiteness. It knows nothing of losses;
 * those are the regime's.
 */
import { join } from 'node:path';
import { InterruptedError, TrainingError } from '../base/errors.ts';
import { RandomStream } from '../base/random.ts';
import type { RunConfig } from '../config/schema.ts';
import type { PreparedData } from '../data/prepared.ts';
import type { CompiledProgram, Engine, HostArray } from '../engine/program.ts';
import { createEvaluator, type Evaluator } from '../evaluation/evaluator.ts';
import type { Metric } from '../evaluation/metric.ts';
import type { NetworkPlan } from '../model/network.ts';
import { officialStepFlops } from '../model/official-flops.ts';
import { batchShape } from '../objectives/batch.ts';
import { countTokens, createBatchSource, fillNoise, maskingOptions } from '../objectives/batch-source.ts';
import {
  createAdamW,
  createMoments,
  type Moments,
  type OptimiserGroup,
  optimiserGroups,
} from '../optim/adamw.ts';
import { initialiseParameters, type ParameterStore, underPrefix, viewsOf } from '../optim/parameter-store.ts';
import { learningRateAt } from '../optim/schedule.ts';
import type { Regime, Stage } from '../regimes/regime.ts';
import { type OpenCsv, openCsv } from '../report/csv.ts';
import { listCheckpoints, loadCheckpoint, saveCheckpoint, type TrainingState } from './checkpoint.ts';
import { type CurveRow, curveColumns } from './curves.ts';
import { addToWindow, emptyWindow, meansOf } from './loss-window.ts';
import type { Progress } from './progress.ts';
import { gradientNormsOf, lossesOf } from './step-metrics.ts';
import { stepProgram } from './step-program.ts';

export interface TrainerOptions {
  runId: string;
  config: RunConfig;
  regime: Regime;
  plans: readonly NetworkPlan[];
  /** Weights; initialised or loaded here. */
  store: ParameterStore;
  data: PreparedData;
  engine: Engine;
  /** The run's folder. */
  folder: string;
  /** Go on from the newest checkpoint, if there is one. */
  resume: boolean;
  progress: Progress;
  /** Asks for a stop: the step is finished, a checkpoint saved, then InterruptedError thrown. */
  signal: AbortSignal;
}

export interface TrainingResult {
  state: TrainingState;
  metrics: Metric[];
  compileSeconds: number;
}

/** True at multiples of a cadence and at the end; 0 = never but at the end. */
export function isDue(step: number, every: number, total: number): boolean {
  return step === total || (every > 0 && step % every === 0);
}

/**
 * Trains a run through all stages of its regime, `training.steps` steps each.
 *
 * @throws {TrainingError} when a loss or gradient is not finite, naming the steps and the last good checkpoint
 * @throws {InterruptedError} after the signal, when all is saved
 */
export async function train(options: TrainerOptions): Promise<TrainingResult> {
  const run = await openRun(options);
  const { state, regime, config } = run;
  try {
    if (state.step === 0) await evaluate(run);
    const stagesDone = Math.floor(state.step / config.training.steps);
    for (const index of regime.stages.keys()) if (index >= stagesDone) await runStage(run, index);
    if (run.metrics.length === 0) run.metrics = await run.evaluator.evaluate();
    return { state, metrics: run.metrics, compileSeconds: run.compileSeconds };
  } finally {
    run.curves.close();
    await run.evaluator.dispose();
  }
}

interface Run extends TrainerOptions {
  state: TrainingState;
  moments: Moments;
  gradients: Float32Array;
  /** What programs read and write by name: weights, gradients. */
  memory: Record<string, HostArray>;
  evaluator: Evaluator;
  curves: OpenCsv<CurveRow>;
  /** The last evaluation. */
  metrics: Metric[];
  compileSeconds: number;
  checkpoints: string;
}

async function openRun(options: TrainerOptions): Promise<Run> {
  const { config, regime, plans, store, data, engine, folder } = options;
  const gradients = new Float32Array(store.values.length);
  const weights = underPrefix('weights', viewsOf(store.values, store.parameters));
  const memory = { ...weights, ...underPrefix('gradients', viewsOf(gradients, store.parameters)) };
  const subject = { regime, plans, data, engine, memory: weights, ...config.evaluation };
  const evaluator = await createEvaluator(subject);

  const moments = createMoments(store.values.length);
  const checkpoints = join(folder, 'checkpoints');
  const { state, curvesBytes } = restore(options, checkpoints, moments);
  const curves = openCsv(join(folder, 'curves.csv'), curveColumns, { resumeAtBytes: curvesBytes });
  const fresh = { metrics: [], compileSeconds: 0 };
  return { ...options, ...fresh, state, moments, gradients, memory, evaluator, curves, checkpoints };
}

function restore(
  { runId, config, plans, store, data, resume }: TrainerOptions,
  checkpoints: string,
  moments: Moments,
): { state: TrainingState; curvesBytes: number } {
  const newest = resume ? listCheckpoints(checkpoints).at(-1) : undefined;
  if (newest) return loadCheckpoint(newest, { runId, plans, store, moments });
  initialiseParameters(store, config.seed, countTokens(data.train, data.vocabulary));
  const state = { step: 0, tokens: 0, flops: 0, officialFlops: 0, elapsedSeconds: 0, window: emptyWindow(1) };
  return { state, curvesBytes: 0 };
}

async function runStage(run: Run, index: number): Promise<void> {
  const { config, regime, plans, state, store, moments, gradients, signal } = run;
  const { steps, batchSize, logEvery, evaluateEvery, checkpointEvery } = config.training;
  const { learningRate, warmupSteps } = config.optimiser;
  const stage = regime.stages[index]!;
  const [first, last] = [index * steps, (index + 1) * steps];
  if (state.step === first) beginStage(run, stage);
  const program = await compileStep(run, stage);
  const optimiser = createAdamW(moments, groupsOf(store, stage), config.optimiser);
  const batches = createBatchSource(
    run.data,
    maskingOptions(config.objective, regime.masking),
    batchSize,
    config.seed,
  );
  const officialFlops = officialStepFlops(plans, stage, batchSize, config.data.sequenceLength);
  const label = regime.stages.length === 1 ? config.name : `${config.name}, ${stage.name}`;
  const phase = run.progress.begin(label, steps, 'steps');
  const clock = createClock(state);

  while (state.step < last) {
    state.tokens += batches.fill(state.step, program.inputs);
    fillNoise(program.noise, program.inputs, new RandomStream(config.seed, 'noise', state.step));
    await program.run();
    const stepInStage = state.step - first;
    const rate = learningRateAt(stepInStage, learningRate, warmupSteps, steps);
    const norms = optimiser.update(store.values, gradients, rate, stepInStage + 1);
    state.step++;
    state.flops += program.matrixProductFlops;
    state.officialFlops += officialFlops;
    state.elapsedSeconds = clock.seconds();

    addToWindow(state.window, [...lossesOf(program), ...gradientNormsOf(norms)]);
    assertFinite(run, norms.total);
    const loss = meansOf(state.window).train_loss!;
    phase.advance(stepInStage + 1, { loss, tokensPerSecond: clock.tokensPerSecond(state.tokens) });
    if (isDue(state.step, logEvery, last)) writeWindow(run);
    if (isDue(state.step, evaluateEvery, last)) await evaluate(run);
    if (isDue(state.step, checkpointEvery, last) || signal.aborted) save(run);
    if (signal.aborted) throw new InterruptedError(interruption(run));
  }
  phase.end();
  await program.dispose();
}

/** A stage begins with an optimiser of its own, and with what the regime does to the weights before it. */
function beginStage({ moments, store, plans, config }: Run, stage: Stage): void {
  moments.first.fill(0);
  moments.second.fill(0);
  stage.begin?.({ store, plans, config });
}

async function compileStep(run: Run, stage: Stage): Promise<CompiledProgram> {
  const { config, plans, engine, memory } = run;
  const { training, data, objective } = config;
  const shape = batchShape(training.batchSize, data.sequenceLength, objective.maskFraction);
  const startedAt = performance.now();
  const program = await engine.compile(stepProgram(stage, plans, shape, objective), memory);
  run.compileSeconds += (performance.now() - startedAt) / 1000;
  return program;
}

/** Frozen means not in the list: weights of networks that the stage does not train have no group. */
function groupsOf(store: ParameterStore, { trains }: Stage): OptimiserGroup[] {
  const isTrained = (network: string) => trains.some((name) => name === network);
  return optimiserGroups(store.parameters, ({ network }) => (isTrained(network) ? 1 : undefined));
}

async function evaluate(run: Run): Promise<void> {
  run.metrics = await run.evaluator.evaluate().catch((error: unknown) => {
    if (error instanceof TrainingError) stopNonFinite(run);
    throw error;
  });
  if (run.metrics.some(({ value }) => value !== undefined && !Number.isFinite(value))) stopNonFinite(run);
  writeRows(run, run.metrics);
}

function writeRows({ runId, state, curves }: Run, metrics: readonly Metric[]): void {
  curves.append(metrics.map(({ name, value }) => ({ runId, ...state, metric: name, value })));
}

function save(run: Run): void {
  const { runId, state, curves, plans, store, moments, checkpoints } = run;
  if (!store.values.every(Number.isFinite)) stopNonFinite(run);
  saveCheckpoint(checkpoints, { runId, state, curvesBytes: curves.bytes(), plans, store, moments });
}

function interruption({ state, config, regime }: Run): string {
  const total = config.training.steps * regime.stages.length;
  return `${config.name}: interrupted after step ${state.step} of ${total}, all saved; go on with --resume`;
}

function assertFinite(run: Run, norm: number): void {
  if (!Number.isFinite(norm) || !Number.isFinite(meansOf(run.state.window).train_loss)) stopNonFinite(run);
}

/** @throws {TrainingError} always */
function stopNonFinite({ state, checkpoints, config }: Run): never {
  const good = listCheckpoints(checkpoints).at(-1) ?? 'none yet';
  throw new TrainingError(
    `${config.name}: expected finite losses, gradients and weights, got others between steps ${Math.min(state.window.first, state.step)} and ` +
      `${state.step}; try a lower optimiser.learningRate; last good checkpoint: ${good}`,
  );
}

function writeWindow(run: Run): void {
  const { state } = run;
  writeRows(
    run,
    Object.entries(meansOf(state.window)).map(([name, value]) => ({ name, value })),
  );
  state.window = emptyWindow(state.step + 1);
}

function createClock(state: Readonly<TrainingState>) {
  const [startedAt, before, tokensBefore] = [performance.now(), state.elapsedSeconds, state.tokens];
  const here = () => (performance.now() - startedAt) / 1000;
  return {
    seconds: () => before + here(),
    tokensPerSecond: (tokens: number) => (tokens - tokensBefore) / here(),
  };
}
