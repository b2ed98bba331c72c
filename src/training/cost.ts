/** What a run costs, from its configuration alone: weights, and floating-point operations by both counts. */
import type { RunConfig, TrainingConfig } from '../config/schema.ts';
import { matrixProductFlops } from '../engine/record/graph.ts';
import { record } from '../engine/record/recorder.ts';
import { simplify } from '../engine/record/simplify.ts';
import { type NetworkPlan, weightCounts } from '../model/network.ts';
import { officialStepFlops } from '../model/official-flops.ts';
import { batchShape } from '../objectives/batch.ts';
import type { Stage } from '../regimes/regime.ts';
import { networksOf, regimeNamed } from '../regimes/registry.ts';
import { stepProgram } from './step-program.ts';

export interface StageCost {
  stage: string;
  /** Absent where the budget is in tokens or seconds, which sizes alone do not turn into steps. */
  steps?: number;
  /** Matrix products of one step, as they are executed. */
  flopsPerStep: number;
  /** One step as the paper's script counts it, and our extension of that for what it does not know. */
  officialFlopsPerStep: number;
}

export interface RunCost {
  /** Weights that each network owns. */
  parameters: Record<string, number>;
  stages: StageCost[];
}

/** @param hasSparseLookups count input look-ups as free in the official count, instead of as dense products */
export function costOf(config: RunConfig, hasSparseLookups = false): RunCost {
  const regime = regimeNamed(config.regime);
  const plans = networksOf(config, config.data.vocabularySize);
  const counting = { length: config.data.sequenceLength, hasSparseLookups };
  const stages = regime.stages.map((stage) => {
    const flopsPerStep = executedStepFlops(config, stage, plans);
    const officialFlopsPerStep = officialStepFlops(plans, stage, config.training.batchSize, counting);
    const steps = stepsOf(config.training, regime.stages.length, flopsPerStep, officialFlopsPerStep);
    return { stage: stage.name, ...(steps && { steps }), flopsPerStep, officialFlopsPerStep };
  });
  return { parameters: weightCounts(plans), stages };
}

/**
 * How much work each stage is, for weighing runs of one experiment by: FLOPs by the official count, about, from sizes
 * alone and so cheap. Under a budget of another quantity it is that quantity where sizes say nothing of FLOPs.
 */
export function stageWorkOf(config: RunConfig): number[] {
  const { steps, batchSize, budget } = config.training;
  const { stages } = regimeNamed(config.regime);
  const total = budget?.officialFlops ?? budget?.flops ?? budget?.seconds;
  if (total) return stages.map(() => total / stages.length);
  const length = config.data.sequenceLength;
  const stepsOfStage = budget?.tokens ? budget.tokens / stages.length / (batchSize * length) : steps;
  const plans = networksOf(config, config.data.vocabularySize);
  return stages.map((stage) => stepsOfStage * officialStepFlops(plans, stage, batchSize, { length }));
}

/** Every product is linear in the batch, so one sequence is recorded, whatever the batch size. */
function executedStepFlops(
  { training, data, objective }: RunConfig,
  stage: Stage,
  plans: readonly NetworkPlan[],
): number {
  const shape = batchShape(1, data.sequenceLength, objective.maskFraction);
  const { graph } = record(stepProgram(stage, plans, shape, objective));
  return training.batchSize * matrixProductFlops(simplify(graph));
}

function stepsOf(
  { steps, budget }: TrainingConfig,
  stages: number,
  flopsPerStep: number,
  officialFlopsPerStep: number,
): number | undefined {
  if (!budget) return steps;
  if (budget.flops) return Math.ceil(budget.flops / stages / flopsPerStep);
  if (budget.officialFlops) return Math.ceil(budget.officialFlops / stages / officialFlopsPerStep);
  return undefined;
}
