/** How far all runs of a sweep are, as a person sees it. */
import type { RunConfig } from '../config/schema.ts';
import type { Progress } from '../progress/progress.ts';
import { costsOf } from './cell-order.ts';

/** The bar of all runs. They are not alike, so its time left follows from the share of their work that is done. */
export function beginRuns(progress: Progress, cells: readonly RunConfig[]) {
  const costs = costsOf(cells);
  const sum = (some: Iterable<RunConfig>) => [...some].reduce((total, cell) => total + costs.get(cell)!, 0);
  const [phase, all] = [progress.begin('all', cells.length, 'runs'), sum(cells)];
  return {
    advance(done: ReadonlyMap<RunConfig, unknown>): void {
      phase.advance(done.size, all > 0 ? { share: sum(done.keys()) / all } : {});
    },
    end: () => phase.end(),
  };
}
