/** Which cells make one array: those that wait for the same others. */
import { runIdOf } from '../../config/run-id.ts';
import type { RunConfig } from '../../config/schema.ts';
import { cellsBefore } from '../cell-order.ts';

export interface ArrayOfCells {
  cells: RunConfig[];
  after: Dependency[];
}

export interface Dependency {
  runId: string;
  /**
   * A generator must have been trained; a first stage that was not done is done again, so that any end of the other
   * will do.
   */
  kind: 'afterok' | 'afterany';
}

/**
 * Arrays in an order of submission: what one waits for is in those before it, or in the queue.
 *
 * @param cells in the order that they should start
 * @param inOrder the same and those in the queue, in the experiment's order: the first that share a first stage does it
 * @param queued run ids of cells that are in the queue already
 */
export function arraysOf(
  cells: readonly RunConfig[],
  inOrder: readonly RunConfig[],
  queued: readonly string[],
): ArrayOfCells[] {
  const arrays: ArrayOfCells[] = [];
  const submitted = new Set(queued);
  for (let rest = [...cells]; rest.length > 0; ) {
    const ready = rest.filter((cell) =>
      dependenciesOf(cell, inOrder).every(({ runId }) => submitted.has(runId)),
    );
    const { after, key } = keyed(ready[0]!, inOrder);
    const group = ready.filter((cell) => keyed(cell, inOrder).key === key);
    arrays.push({ cells: group, after });
    for (const cell of group) submitted.add(runIdOf(cell));
    rest = rest.filter((cell) => !group.includes(cell));
  }
  return arrays;
}

function keyed(cell: RunConfig, cells: readonly RunConfig[]): { after: Dependency[]; key: string } {
  const after = dependenciesOf(cell, cells);
  return { after, key: JSON.stringify(after) };
}

/** One twin is enough: those after it begin where it does. */
function dependenciesOf(cell: RunConfig, cells: readonly RunConfig[]): Dependency[] {
  const { source, twins } = cellsBefore(cell, cells);
  return [
    ...(source ? [{ runId: runIdOf(source), kind: 'afterok' } as const] : []),
    ...twins.slice(0, 1).map((twin) => ({ runId: runIdOf(twin), kind: 'afterany' }) as const),
  ];
}
