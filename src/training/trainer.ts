/**
 * The training loop: cadence, evaluation, checkpoints, progress and finiteness. It knows nothing of losses;
 * those are the regime's.
 */
import { join } from 'node:path';
import { InterruptedError, TrainingError } from '../base/errors.ts';
import { RandomStream } from '../base/random.ts';
import type { RunConfig } from '../config/schema.ts';
import type { PreparedData } from '../data/prepared.ts';
import type { CompiledProgram, Engine } from '../engine/program.ts';
import { createEvaluator, type Evaluator } from '../evaluation/evaluator.ts';
import type { Metric } from '../evaluation/metric.ts';
import type { NetworkPlan } from '../model/network.ts';
import { officialStepFlops } from '../model/official-flops.ts';
import { batchShape } from '../objectives/batch.ts';
import { countTokens, createBatchSource, fillNoise, maskingOptions } from '../objectives/batch-source.ts';
import { type AdamW, createAdamW, optimiserGroups } from '../optim/adamw.ts';
import { initialiseParameters, type ParameterStore, underPrefix, viewsOf } from '../optim/parameter-store.ts';
import { learningRateAt } from '../optim/schedule.ts';
import type { Regime, Stage } from '../regimes/regime.ts';
import { type OpenCsv, openCsv } from '../report/csv.ts';
import {
  type LossWindow,
  listCheckpoints,
  loadCheckpoint,
  saveCheckpoint,
  type TrainingState,
} from './checkpoint.ts';
import { type CurveRow, curveColumns } from './curves.ts';
import type { Progress } from './progress.ts';
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
 * Trains a run to its last step.
 *
 * @throws {TrainingError} when a loss or gradient is not finite, naming the steps and the last good checkpoint
 * @throws {InterruptedError} after the signal, when all is saved
 */
export async function train(options: TrainerOptions): Promise<TrainingResult> {
  const run = await openRun(options);
  try {
    await runSteps(run);
    return { state: run.state, metrics: run.metrics, compileSeconds: run.compileSeconds };
  } finally {
    run.curves.close();
    await run.program.dispose();
    await run.evaluator.dispose();
  }
}

interface Run extends TrainerOptions {
  stage: Stage;
  state: TrainingState;
  optimiser: AdamW;
  gradients: Float32Array;
  program: CompiledProgram;
  evaluator: Evaluator;
  curves: OpenCsv<CurveRow>;
  /** The last evaluation. */
  metrics: Metric[];
  compileSeconds: number;
  checkpoints: string;
}

async function openRun(options: TrainerOptions): Promise<Run> {
  const { config, regime, plans, store, data, engine, folder } = options;
  const stage = regime.stages[0];
  const gradients = new Float32Array(store.values.length);
  const weights = underPrefix('weights', viewsOf(store.values, store.parameters));
  const memory = { ...weights, ...underPrefix('gradients', viewsOf(gradients, store.parameters)) };
  const shape = batchShape(
    config.training.batchSize,
    config.data.sequenceLength,
    config.objective.maskFraction,
  );

  const compilingSince = performance.now();
  const program = await engine.compile(stepProgram(stage, plans, shape, config.objective), memory);
  const compileSeconds = (performance.now() - compilingSince) / 1000;
  const subject = { regime, plans, data, engine, memory: weights, ...config.evaluation };
  const evaluator = await createEvaluator(subject);

  const isTrained = ({ network }: { network: string }) =>
    (stage.trains as readonly string[]).includes(network);
  const groups = optimiserGroups(store.parameters, (parameter) => (isTrained(parameter) ? 1 : undefined));
  const optimiser = createAdamW(store.values.length, groups, config.optimiser);
  const checkpoints = join(folder, 'checkpoints');
  const { state, curvesBytes } = restore(options, checkpoints, optimiser);
  const curves = openCsv(join(folder, 'curves.csv'), curveColumns, { resumeAtBytes: curvesBytes });
  return {
    ...options,
    stage,
    state,
    optimiser,
    gradients,
    program,
    evaluator,
    curves,
    metrics: [],
    compileSeconds,
    checkpoints,
  };
}

function restore(
  { runId, config, plans, store, data, resume }: TrainerOptions,
  checkpoints: string,
  optimiser: AdamW,
): { state: TrainingState; curvesBytes: number } {
  const newest = resume ? listCheckpoints(checkpoints).at(-1) : undefined;
  if (newest) return loadCheckpoint(newest, { runId, plans, store, optimiser });
  initialiseParameters(store, config.seed, countTokens(data.train, data.vocabulary));
  return {
    state: { step: 0, tokens: 0, flops: 0, officialFlops: 0, elapsedSeconds: 0, window: emptyWindow(1) },
    curvesBytes: 0,
  };
}

async function runSteps(run: Run): Promise<void> {
  const { config, regime, stage, data, state, program, store, optimiser, gradients, progress, signal } = run;
  const { steps, batchSize, logEvery, evaluateEvery, checkpointEvery } = config.training;
  const { learningRate, warmupSteps } = config.optimiser;
  const masking = maskingOptions(config.objective, regime.masking);
  const batches = createBatchSource(data.train, data.vocabulary, masking, batchSize, config.seed);
  const phase = progress.begin(config.name, steps, 'steps');
  const officialFlops = officialStepFlops(run.plans, stage.trains, batchSize, config.data.sequenceLength);
  const clock = createClock(state);

  if (state.step === 0) await evaluate(run);
  while (state.step < steps) {
    state.tokens += batches.fill(state.step, program.inputs);
    fillNoise(program.noise, program.inputs, new RandomStream(config.seed, 'noise', state.step));
    await program.run();
    const rate = learningRateAt(state.step, learningRate, warmupSteps, steps);
    const norm = optimiser.update(store.values, gradients, rate, state.step + 1);
    state.step++;
    state.flops += program.matrixProductFlops;
    state.officialFlops += officialFlops;
    state.elapsedSeconds = clock.seconds();

    addToWindow(state.window, [...lossesOf(program), { name: 'train_gradient_norm', value: norm }]);
    assertFinite(run, norm);
    phase.advance(state.step, {
      loss: meansOf(state.window).train_loss!,
      tokensPerSecond: clock.tokensPerSecond(state.tokens),
    });
    if (isDue(state.step, logEvery, steps)) writeWindow(run);
    if (isDue(state.step, evaluateEvery, steps)) await evaluate(run);
    if (isDue(state.step, checkpointEvery, steps)) save(run);
    else if (signal.aborted) save(run);
    if (signal.aborted) throw new InterruptedError(interruption(run));
  }
  if (run.metrics.length === 0) run.metrics = await run.evaluator.evaluate();
  phase.end();
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
  const { runId, state, curves, plans, store, optimiser, checkpoints } = run;
  if (!store.values.every(Number.isFinite)) stopNonFinite(run);
  saveCheckpoint(checkpoints, { runId, state, curvesBytes: curves.bytes(), plans, store, optimiser });
}

function interruption({ state, config }: Run): string {
  return `${config.name}: interrupted after step ${state.step} of ${config.training.steps}, all saved; go on with --resume`;
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

function emptyWindow(first: number): LossWindow {
  return { first, count: 0, sums: {} };
}

function addToWindow(window: LossWindow, losses: readonly Metric[]): void {
  window.count++;
  for (const { name, value } of losses) window.sums[name] = (window.sums[name] ?? 0) + value!;
}

function meansOf({ count, sums }: LossWindow): Record<string, number> {
  return Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum / count]));
}

function lossesOf({ outputs }: CompiledProgram): Metric[] {
  const names = Object.keys(outputs).filter((name) => !name.startsWith('gradients/'));
  return names.map((name) => ({ name: `train_${snakeCase(name)}`, value: outputs[name]![0] }));
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function createClock(state: Readonly<TrainingState>) {
  const [startedAt, before, tokensBefore] = [performance.now(), state.elapsedSeconds, state.tokens];
  const here = () => (performance.now() - startedAt) / 1000;
  return {
    seconds: () => before + here(),
    tokensPerSecond: (tokens: number) => (tokens - tokensBefore) / here(),
  };
}
