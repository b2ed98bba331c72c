/**
 * The training loop: cadence, evaluation, checkpoints, progress and finiteness. It knows nothing of losses;
 * those are the regime's.
 */
import { join } from 'node:path';
import { DataError, explain, InterruptedError, TrainingError } from '../base/errors.ts';
import { RandomStream } from '../base/random.ts';
import type { Metric } from '../evaluation/metric.ts';
import { officialStepFlops } from '../model/official-flops.ts';
import { createBatchSource, fillNoise, maskingOptions } from '../objectives/batch-source.ts';
import { learningRateAt } from '../optim/schedule.ts';
import type { PhaseWork } from '../progress/progress.ts';
import { stageBudget } from './budget.ts';
import { type CheckpointContent, listCheckpoints, saveCheckpoint } from './checkpoint.ts';
import { stageWorkOf } from './cost.ts';
import { fractionsReached, hasReached, keepCheckpoint, keptFractions } from './kept-checkpoints.ts';
import { addToWindow, emptyWindow, meansOf } from './loss-window.ts';
import { gradientNormsOf, lossesOf, schedulesOf } from './step-metrics.ts';
import { openRun, type TrainerOptions, type TrainingRun } from './training-run.ts';
import type { TrainingState } from './training-state.ts';
import { openTrainingStep, type TrainingStepOptions } from './training-step.ts';

export interface TrainingResult {
  state: TrainingState;
  metrics: Metric[];
  compileSeconds: number;
  /** Whether it stopped where it was to pause, before its end. */
  isPaused: boolean;
}

/** True at multiples of a cadence and at the end; 0 = never but at the end. */
export function isDue(step: number, every: number, isLast: boolean): boolean {
  return isLast || (every > 0 && step % every === 0);
}

/**
 * Trains a run through all stages of its regime, until the budget of each is spent.
 *
 * @throws {TrainingError} when a loss or gradient is not finite, naming the steps and the last good checkpoint
 * @throws {InterruptedError} after the signal, when all is saved
 * @throws {DataError} if the run's folder is deleted meanwhile
 */
export async function train(options: TrainerOptions): Promise<TrainingResult> {
  const run = await openRun(options);
  const { state, regime } = run;
  try {
    if (run.isNew) await evaluate(run);
    let isPaused = false;
    for (const index of regime.stages.keys())
      if (index >= state.stage.index && !isPaused) isPaused = await runStage(run, index);
    // Curves are those of an unbroken run, so an evaluation of a pause does not stand in them.
    if (run.metrics.length === 0 || isPaused) run.metrics = await run.evaluator.evaluate();
    return { state, metrics: run.metrics, compileSeconds: run.compileSeconds, isPaused };
  } finally {
    run.curves.close();
    await run.events?.close();
    await run.evaluator.dispose();
  }
}

/** @returns whether it stopped where the run was to pause */
async function runStage(run: TrainingRun, index: number): Promise<boolean> {
  const { config, regime, plans, state, store, engine, signal } = run;
  const { batchSize, logEvery, evaluateEvery, checkpointEvery } = config.training;
  const { learningRate, warmupSteps } = config.optimiser;
  const stage = regime.stages[index]!;
  if (state.stage.index < index) beginStage(run, index);
  const budget = stageBudget(config.training, regime.stages.length, state.stage);
  const isPause = (progress: number) => isReached(run, index, progress);
  if (budget.progressAt(state) === 1 || isPause(budget.progressAt(state)))
    return isPause(budget.progressAt(state));
  const trainingStep = await openTrainingStep({ config, stage, plans, store, engine, fill: batchesOf(run) });
  const { recorded, program } = trainingStep;
  run.compileSeconds += trainingStep.compileSeconds;
  const officialFlops = officialStepFlops(plans, stage, batchSize, { length: config.data.sequenceLength });
  const label = regime.stages.length === 1 ? config.name : `${config.name}, ${stage.name}`;
  const phase = run.progress.begin(label, budget.shown.total, budget.shown.unit, workOf(run, index));
  const begun = { ...state };
  const tokensPerSecond = () => (state.tokens - begun.tokens) / (state.elapsedSeconds - begun.elapsedSeconds);

  for (let progress = budget.progressAt(state); progress < 1 && !isPause(progress); ) {
    const startedAt = performance.now();
    const stepInStage = state.step - state.stage.step;
    const { tokens, norms } = await trainingStep.take({
      index: state.step,
      step: stepInStage,
      progress,
      learningRate: learningRateAt(stepInStage, progress, learningRate, warmupSteps),
      // A fork's moments have its parent's updates in them.
      update: 1 + (config.training.fork ? state.step : stepInStage),
    });
    state.step++;
    state.tokens += tokens;
    state.flops += program.matrixProductFlops;
    state.officialFlops += officialFlops;
    // The step alone: evaluations and checkpoints, which are no part of the training, spend no budget of seconds.
    state.elapsedSeconds += (performance.now() - startedAt) / 1000;
    const before = progress;
    progress = budget.progressAt(state);

    addToWindow(state.window, [
      ...lossesOf(program),
      ...gradientNormsOf(norms),
      ...schedulesOf(recorded, program),
    ]);
    assertFinite(run, norms.total);
    const loss = meansOf(state.window).train_loss!;
    phase.advance(budget.shown.spentAt(state), { loss, tokensPerSecond: tokensPerSecond() });
    const isLast = progress === 1;
    if (isDue(state.step, logEvery, isLast)) writeWindow(run);
    if (isDue(state.step, evaluateEvery, isLast)) await evaluate(run);
    keepReached(run, index + before, index + progress);
    if (isDue(state.step, checkpointEvery, isLast) || signal.aborted || isPause(progress)) save(run);
    if (signal.aborted) throw new InterruptedError(interruption(run));
  }
  phase.end();
  await program.dispose();
  return isPause(budget.progressAt(state));
}

/** Whether a run that is to pause is there, before the end of its last stage. */
function isReached({ until = 1, regime }: TrainingRun, index: number, progress: number): boolean {
  const stages = regime.stages.length;
  return index + progress < stages && hasReached(until, (index + progress) / stages);
}

/** What a sweep weighs a stage by. */
function workOf({ config, scoringWork = 0 }: TrainingRun, index: number): PhaseWork {
  const [flops = 0, ...later] = stageWorkOf(config).slice(index);
  const training = later.reduce((sum, work) => sum + work, 0);
  return { part: 'training', flops, after: { training, scoring: scoringWork } };
}

/**
 * A stage begins with an optimiser of its own, and with what the regime does to the weights before it. Moments are 0 at
 * the start already, but for a fork, which keeps its parent's.
 */
function beginStage({ store, plans, config, regime, state }: TrainingRun, index: number): void {
  if (index > 0) for (const moments of [store.moments.first, store.moments.second]) moments.fill(0);
  const { step, tokens, flops, officialFlops, elapsedSeconds } = state;
  state.stage = { index, step, tokens, flops, officialFlops, elapsedSeconds };
  regime.stages[index]!.begin?.({ store, plans, config });
}

/** What writes a step's batch, masked, and its noise. */
function batchesOf({ config, regime, data }: TrainingRun): TrainingStepOptions['fill'] {
  const { objective, training, seed } = config;
  const masking = maskingOptions(objective, regime.masking);
  const batches = createBatchSource(data, masking, training.batchSize, seed);
  return (step, { inputs, noise }) => {
    fillNoise(noise, inputs, new RandomStream(seed, 'noise', step));
    return batches.fill(step, inputs);
  };
}

async function evaluate(run: TrainingRun): Promise<void> {
  run.metrics = await run.evaluator.evaluate().catch((error: unknown) => {
    if (error instanceof TrainingError) stopNonFinite(run);
    throw error;
  });
  if (run.metrics.some(({ value }) => value !== undefined && !Number.isFinite(value))) stopNonFinite(run);
  writeRows(run, run.metrics);
}

function writeRows({ runId, state, curves, events }: TrainingRun, metrics: readonly Metric[]): void {
  curves.append(metrics.map(({ name, value }) => ({ runId, ...state, metric: name, value })));
  events?.append(state.step, metrics);
}

function save(run: TrainingRun): void {
  saveCheckpoint(run.checkpoints, contentOf(run));
}

/** Checkpoints for scores on the way. @param before stages done before the step @param now and after it */
function keepReached(run: TrainingRun, before: number, now: number): void {
  const { checkpoints, config, regime } = run;
  const stages = regime.stages.length;
  for (const fraction of fractionsReached(keptFractions(config, stages), before / stages, now / stages))
    keepCheckpoint(checkpoints, fraction, contentOf(run));
}

function contentOf(run: TrainingRun): CheckpointContent {
  const { runId, state, curves, plans, store } = run;
  if (!store.values.every(Number.isFinite)) stopNonFinite(run);
  if (!curves.isThere()) throw outputGone(run);
  return { runId, state, curvesBytes: curves.bytes(), plans, store };
}

/** Whoever deletes a run's folder may mean it; whoever reads its tables must not find half of them. */
function outputGone({ folder, checkpoints, state }: TrainingRun): DataError {
  const kept = listCheckpoints(checkpoints).at(-1) ?? 'nothing';
  const remedy = `it was deleted or moved while the run went on, after which step ${state.step} was done; kept: ${kept}`;
  return new DataError(
    explain(join(folder, 'curves.csv'), 'the file that the run writes', 'no file', remedy),
  );
}

function interruption({ state, config, regime }: TrainingRun): string {
  const total = config.training.budget ? '' : ` of ${config.training.steps * regime.stages.length}`;
  return `${config.name}: interrupted after step ${state.step}${total}, all saved`;
}

function assertFinite(run: TrainingRun, norm: number): void {
  if (!Number.isFinite(norm) || !Number.isFinite(meansOf(run.state.window).train_loss)) stopNonFinite(run);
}

/** @throws {TrainingError} always */
function stopNonFinite({ state, checkpoints, config }: TrainingRun): never {
  const good = listCheckpoints(checkpoints).at(-1) ?? 'none yet';
  throw new TrainingError(
    `${config.name}: expected finite losses, gradients and weights, got others between steps ${Math.min(state.window.first, state.step)} and ` +
      `${state.step}; try a lower optimiser.learningRate; last good checkpoint: ${good}`,
  );
}

function writeWindow(run: TrainingRun): void {
  const { state } = run;
  writeRows(
    run,
    Object.entries(meansOf(state.window)).map(([name, value]) => ({ name, value })),
  );
  state.window = emptyWindow(state.step + 1);
}
