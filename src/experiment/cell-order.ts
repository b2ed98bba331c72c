/** Which cells of an experiment wait for which others. */
import type { RunConfig } from '../config/schema.ts';
import { isFirstStageTwin } from '../run/first-stage.ts';
import { officialFlopsOf } from '../training/cost.ts';
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

/**
 * Seed by seed, so that a sweep that is stopped early is a smaller study with equal arms, not one with some arms
 * missing. Of a seed the longest run first, so that no core is left with one at the end.
 */
export function seedBySeed(cells: readonly RunConfig[]): RunConfig[] {
  const costs = costsOf(cells);
  const seeds = [...new Set(cells.map(({ seed }) => seed))];
  const turnOf = ({ seed }: RunConfig) => seeds.indexOf(seed);
  return cells.toSorted((a, b) => turnOf(a) - turnOf(b) || costs.get(b)! - costs.get(a)!);
}

/** FLOPs as the paper counts them; 0 where they are not known beforehand. */
export function costsOf(cells: readonly RunConfig[]): Map<RunConfig, number> {
  return new Map(cells.map((cell) => [cell, officialFlopsOf(cell) ?? 0]));
}
