/** Every optimiser there is. A new one costs a file and a line here. */
import { explain, oneOf, ShapeError } from '../base/errors.ts';
import { adamw } from './adamw.ts';
import { lion } from './lion.ts';
import type { OptimiserKind } from './optimiser.ts';

const optimisers: readonly OptimiserKind[] = [adamw, lion];

export const optimiserNames: readonly string[] = optimisers.map(({ name }) => name);

/** @param name validated by the configuration */
export function optimiserNamed(name: string): OptimiserKind {
  const optimiser = optimisers.find((candidate) => candidate.name === name);
  if (!optimiser) throw new ShapeError(explain('optimiser.kind', oneOf(optimiserNames), name));
  return optimiser;
}
