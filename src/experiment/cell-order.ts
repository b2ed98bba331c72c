/** The order of an experiment's cells: which wait for which others, and which begin first. */
import type { RunConfig } from '../config/schema.ts';
import { isFirstStageTwin } from '../run/first-stage.ts';
import { stageWorkOf } from '../training/cost.ts';
import { cellBefore } from './experiment-file.ts';

export interface CellsBefore {
  /** The run that trains its generator, or that it forks from: nothing can begin without it. */
  source: RunConfig | undefined;
  /** Runs that do its first stage, in their order: it begins where theirs ended, or does that stage itself. */
  twins: RunConfig[];
}

/** @param cells those that are to be executed, in the experiment's order */
export function cellsBefore(cell: RunConfig, cells: readonly RunConfig[]): CellsBefore {
  const twins = cells.slice(0, cells.indexOf(cell)).filter((other) => isFirstStageTwin(cell, other));
  return { source: cellBefore(cell, cells), twins };
}

/** All of them. */
export function allBefore(cell: RunConfig, cells: readonly RunConfig[]): RunConfig[] {
  const { source, twins } = cellsBefore(cell, cells);
  return source ? [source, ...twins] : twins;
}

/**
 * Seed by seed, so that a sweep that is stopped early is a smaller study with equal arms, not one with some arms
 * missing. Of a seed the longest run first, so that no core is left with one at the end.
 */
export function seedBySeed(cells: readonly RunConfig[]): RunConfig[] {
  const costs = new Map(cells.map((cell) => [cell, workOf(cell)]));
  const seeds = [...new Set(cells.map(({ seed }) => seed))];
  const turnOf = ({ seed }: RunConfig) => seeds.indexOf(seed);
  return cells.toSorted((a, b) => turnOf(a) - turnOf(b) || costs.get(b)! - costs.get(a)!);
}

/** Of its pre-training, in FLOPs as the paper counts them. */
function workOf(cell: RunConfig): number {
  return stageWorkOf(cell).reduce((sum, work) => sum + work, 0);
}
