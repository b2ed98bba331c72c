/** What training needs at hand: weights, gradients, curves, an evaluator, and how far the run is. */
import { join } from 'node:path';
import { type OpenCsv, openCsv } from '../base/csv.ts';
import type { RunConfig } from '../config/schema.ts';
import type { PreparedData } from '../data/preparation/prepared-data.ts';
import type { Engine } from '../engine/program.ts';
import { createEvaluator, type Evaluator } from '../evaluation/evaluator.ts';
import type { Metric } from '../evaluation/metric.ts';
import type { NetworkPlan } from '../model/network.ts';
import { countTokens } from '../objectives/batch-source.ts';
import { initialiseParameters, type ParameterStore, weightMemory } from '../optim/parameter-store.ts';
import type { Progress } from '../progress/progress.ts';
import type { Regime } from '../regimes/regime.ts';
import { listCheckpoints, loadCheckpoint } from './checkpoint.ts';
import { type CurveRow, curveColumns } from './curve-rows.ts';
import type { EventLog } from './event-log.ts';
import { emptyWindow } from './loss-window.ts';
import type { TrainingState } from './training-state.ts';

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
  /**
   * What else happens to fresh weights, such as loading a network that was trained before.
   *
   * @returns how far training was where this run forks from another: step, tokens, cost
   */
  initialise?(store: ParameterStore): TrainingState | undefined;
  /** Go on from the newest checkpoint, if there is one. */
  resume: boolean;
  progress: Progress;
  /** Where to pause, as a fraction of the whole training: the step is saved, and another process may go on. */
  until?: number;
  /** Of all that follows the training, as a sweep weighs it. */
  scoringWork?: number;
  /** Opens a log beside curves.csv, for a dashboard. */
  openEvents?(step: number): EventLog;
  /** Asks for a stop: the step is finished, a checkpoint saved, then InterruptedError thrown. */
  signal: AbortSignal;
}

/** A run that is being trained. */
export interface TrainingRun extends TrainerOptions {
  state: TrainingState;
  /** No checkpoint of its own yet. */
  isNew: boolean;
  evaluator: Evaluator;
  curves: OpenCsv<CurveRow>;
  events: EventLog | undefined;
  /** The last evaluation. */
  metrics: Metric[];
  compileSeconds: number;
  checkpoints: string;
}

/** Fresh, or as its newest checkpoint left it. */
export async function openRun(options: TrainerOptions): Promise<TrainingRun> {
  const { config, regime, plans, store, data, engine, folder } = options;
  const subject = { regime, plans, data, engine, memory: weightMemory(store), ...config.evaluation };
  const evaluator = await createEvaluator(subject);

  const checkpoints = join(folder, 'checkpoints');
  const { state, curvesBytes, isNew } = restore(options, checkpoints);
  const curves = openCsv(join(folder, 'curves.csv'), curveColumns, { resumeAtBytes: curvesBytes });
  const events = options.openEvents?.(state.step);
  const fresh = { metrics: [], compileSeconds: 0, events };
  return { ...options, ...fresh, state, isNew, evaluator, curves, checkpoints };
}

function restore(
  { runId, config, plans, store, data, resume, initialise }: TrainerOptions,
  checkpoints: string,
): { state: TrainingState; curvesBytes: number; isNew: boolean } {
  const newest = resume ? listCheckpoints(checkpoints).at(-1) : undefined;
  if (newest) return { ...loadCheckpoint(newest, { runId, plans, store }), isNew: false };
  initialiseParameters(store, config.seed, countTokens(data.train, data.vocabulary));
  const nothing = { step: 0, tokens: 0, flops: 0, officialFlops: 0, elapsedSeconds: 0 };
  const begun = initialise?.(store) ?? nothing;
  const stage = { ...nothing, index: -1 };
  return { state: { ...begun, stage, window: emptyWindow(begun.step + 1) }, curvesBytes: 0, isNew: true };
}
