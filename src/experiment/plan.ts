/** What the cells of an experiment will cost on this machine, from a moment of each kind of run. */
import { canonicalJson, runIdOf } from '../config/run-id.ts';
import type { RunConfig } from '../config/schema.ts';
import { type PreparedData, prepareData } from '../data/preparation/prepared.ts';
import { createFinetuner } from '../downstream/finetune/finetuner.ts';
import { epochsOf, trainingExamples } from '../downstream/finetune/recipe.ts';
import type { Task } from '../downstream/tasks/task.ts';
import { selectTasks } from '../downstream/tasks/task-selection.ts';
import type { Engine } from '../engine/program.ts';
import { checkpointsFolder, runFolder } from '../results/run-folder.ts';
import { finetunedFractions } from '../run/finetune-checkpoints.ts';
import { type CellState, stateOf } from '../run/finished-work.ts';
import { assertEnoughText } from '../run/run.ts';
import { median } from '../statistics/describe.ts';
import { keptCheckpoints, listCheckpoints, readProgress } from '../training/checkpoint.ts';
import { costOf } from '../training/cost.ts';
import { keptFractions } from '../training/kept-checkpoints.ts';
import { createRunModel, type RunModel } from '../training/run-model.ts';
import { measureStages } from '../training/step-speed.ts';
import { measurePairs } from './plan-pairs.ts';

export interface CellEstimate {
  name: string;
  runId: string;
  state: CellState;
  parameters: number;
  /** Of the whole pre-training; absent where its budget is in seconds, or in tokens and nothing was measured. */
  steps?: number;
  tokens?: number;
  trainFlops?: number;
  officialFlops?: number;
  /** Of the pre-training that is left, of fine-tuning and minimal pairs, with a core to itself; 0 of what is not run. */
  seconds: number;
  /** The checkpoints that stay. */
  diskBytes: number;
  /** Of a process that trains it, about: what this one has used. */
  memoryBytes: number;
}

export interface EstimateOptions {
  results: string;
  cacheFolder: string;
  engine: Engine;
  /** Called before each measurement. */
  onMeasure(cell: RunConfig): void;
}

/** How long each stage and each task is measured. */
const momentSeconds = 1;

/** Cells that differ by seed, rate or length only are measured once. */
export async function estimateCells(
  cells: readonly RunConfig[],
  options: EstimateOptions,
): Promise<CellEstimate[]> {
  const speeds = new Map<string, Speed>();
  const estimates: CellEstimate[] = [];
  for (const cell of cells) {
    const state = stateOf(cell, options.results);
    const kind = kindOf(cell);
    if (isToRun(state) && !speeds.has(kind)) {
      options.onMeasure(cell);
      speeds.set(kind, await measureKind(cell, options));
    }
    estimates.push(estimateOf(cell, state, stepsDone(cell, options.results), speeds.get(kind)));
  }
  return estimates;
}

/** What failed before is not tried again unless that is asked for. */
function isToRun(state: CellState): boolean {
  return state === 'new' || state === 'partial';
}

function stepsDone(cell: RunConfig, results: string): number {
  const newest = listCheckpoints(checkpointsFolder(runFolder(results, runIdOf(cell)))).at(-1);
  return newest === undefined ? 0 : readProgress(newest).step;
}

interface Speed {
  secondsPerStep: number[];
  tokensPerStep: number[];
  /** For all tasks, one seed, one checkpoint. */
  finetuneSeconds: number;
  /** For all sets of minimal pairs, one checkpoint. */
  pairsSeconds: number;
  memoryBytes: number;
}

function kindOf({ name: _, seed: __, optimiser: ___, ...rest }: RunConfig): string {
  const { generator, training, ...others } = rest;
  const { checkpoint: ____, ...sizes } = generator;
  return canonicalJson({ ...others, generator: sizes, batchSize: training.batchSize });
}

async function measureKind(config: RunConfig, { cacheFolder, engine }: EstimateOptions): Promise<Speed> {
  const data = await prepareData(config.data, { cacheFolder });
  assertEnoughText(config, data);
  const model = createRunModel(config, data);
  const stages = await measureStages({ config, ...model, data, engine, seconds: momentSeconds });
  const { tasks } = selectTasks(config.finetune.tasks, config.finetune);
  let finetuneSeconds = 0;
  for (const task of tasks) finetuneSeconds += await measureTask(task, config, model, data, engine);
  return {
    secondsPerStep: stages.map((stage) => stage.secondsPerStep),
    tokensPerStep: stages.map((stage) => stage.tokensPerStep),
    finetuneSeconds,
    pairsSeconds: await measurePairs(config, model, data, engine),
    memoryBytes: process.resourceUsage().maxRSS * 1024,
  };
}

/** A moment of a task's training, scaled up to all of its steps. */
async function measureTask(
  task: Task,
  { finetune: config }: RunConfig,
  { regime, plans, store }: RunModel,
  { tokenizer }: PreparedData,
  engine: Engine,
): Promise<number> {
  const { train } = task.load(config);
  const plan = plans.find(({ name }) => name === regime.encoder)!;
  // Fitting the head first takes all examples, and less than a tenth of the training after it: left out.
  const finetuner = createFinetuner({
    ...{
      task,
      train,
      config: { ...config, headFirst: false },
      pretrained: { plan, store },
      tokenizer,
      engine,
    },
  });
  const moment = new AbortController();
  const times: number[] = [];
  let [startedAt, before] = [performance.now(), 0];
  const training = finetuner.train({
    ...{ seed: 0, signal: moment.signal },
    onStep(step) {
      const now = performance.now();
      // The first step compiles, as does each that is the first of its length: the median leaves them out.
      if (step === 1) startedAt = now;
      else times.push((now - before) / 1000);
      before = now;
      if (step > 1 && now - startedAt > 1000 * momentSeconds) moment.abort();
    },
  });
  await training.finally(() => finetuner.dispose());
  const examples = trainingExamples(task, train, config).length;
  const steps = Math.ceil(examples / config.batchSize) * epochsOf(task, config);
  return times.length === 0 ? 0 : median(times) * steps;
}

function estimateOf(
  config: RunConfig,
  state: CellState,
  done: number,
  speed: Speed | undefined,
): CellEstimate {
  const { parameters, stages } = costOf(config);
  const counts = stages.map(({ steps }, i) => steps ?? stepsOfTokens(config, stages.length, speed, i));
  const weights = Object.values(parameters).reduce((sum, count) => sum + count, 0);
  const known = counts.every((count) => count !== undefined);
  const over = (values: readonly number[]) =>
    values.reduce((sum, value, i) => sum + value * (counts[i] ?? 0), 0);
  const { seeds, untrained } = config.finetune;
  const kept = keptFractions(config, stages.length).length + keptCheckpoints;
  const training = known ? over(speed?.secondsPerStep ?? []) : (config.training.budget?.seconds ?? 0);
  const steps = counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
  const left = steps > 0 ? Math.max(0, 1 - done / steps) : 1;
  const finetuning =
    (speed?.finetuneSeconds ?? 0) * seeds * (1 + finetunedFractions(config).length + Number(untrained));
  // The untrained networks and the last ones besides.
  const scoring = (speed?.pairsSeconds ?? 0) * (2 + config.pairs.at.length);
  return {
    ...{ name: config.name, runId: runIdOf(config), state, parameters: weights },
    ...(known && {
      steps,
      tokens: Math.round(over(speed?.tokensPerStep ?? [])),
      trainFlops: over(stages.map(({ flopsPerStep }) => flopsPerStep)),
      officialFlops: over(stages.map(({ officialFlopsPerStep }) => officialFlopsPerStep)),
    }),
    seconds: isToRun(state) ? left * training + finetuning + scoring : 0,
    diskBytes: weights * bytesPerWeight * kept,
    memoryBytes: speed?.memoryBytes ?? 0,
  };
}

/** A budget of tokens is divided evenly among the stages. */
function stepsOfTokens(
  { training }: RunConfig,
  stages: number,
  speed: Speed | undefined,
  stage: number,
): number | undefined {
  const [tokens, perStep] = [training.budget?.tokens, speed?.tokensPerStep[stage]];
  return tokens && perStep ? Math.ceil(tokens / stages / perStep) : undefined;
}

/** A checkpoint has a weight and two moments. */
const bytesPerWeight = 3 * 4;
