/** Which cells of an experiment wait for which others. */
import type { RunConfig } from '../config/schema.ts';
import { officialFlopsOf } from '../training/cost.ts';
import { cellBefore } from './experiment-file.ts';
import { isFirstStageTwin } from './first-stage.ts';

export interface CellsBefore {
  /** The run that trains its generator: nothing can begin without it. */
  source: RunConfig | undefined;
  /** Runs that do its first stage, in their order: it begins where theirs ended, or does that stage itself. */
  twins: RunConfig[];
}

/** @param cells those that are to be executed, in the experiment's order */
export function cellsBefore(cell: RunConfig, cells: readonly RunConfig[]): CellsBefore {
  const twins = cells.slice(0, cells.indexOf(cell)).filter((other) => isFirstStageTwin(cell, other));
  return { source: cellBefore(cell, cells), twins };
}

/** So that no core is left with a long run at the end. */
export function longestFirst(cells: readonly RunConfig[]): RunConfig[] {
  const costs = costsOf(cells);
  return cells.toSorted((a, b) => costs.get(b)! - costs.get(a)!);
}

/** FLOPs as the paper counts them; 0 where they are not known beforehand. */
export function costsOf(cells: readonly RunConfig[]): Map<RunConfig, number> {
  return new Map(cells.map((cell) => [cell, officialFlopsOf(cell) ?? 0]));
}
