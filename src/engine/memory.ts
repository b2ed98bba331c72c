/** Host memory of a compiled program: bound arrays where the caller gave them, fresh ones elsewhere. */
import { ShapeError } from '../base/errors.ts';
import { type HostArray, type InputType, sizeOf } from './program.ts';

interface Slot {
  shape: readonly number[];
  dtype: InputType | 'bool';
}

/** @throws {ShapeError} if a given array has another length or type than its slot, or a slot holds truth values */
export function bindMemory(
  program: string,
  slots: Iterable<readonly [string, Slot]>,
  given: Record<string, HostArray>,
): Record<string, HostArray> {
  const bound: Record<string, HostArray> = {};
  for (const [name, slot] of slots) bound[name] = given[name] ?? allocate(slot);
  for (const [name, slot] of slots) assertFits(`${program}/${name}`, bound[name]!, slot);
  return bound;
}

function allocate({ shape, dtype }: Slot): HostArray {
  return dtype === 'float32' ? new Float32Array(sizeOf(shape)) : new Int32Array(sizeOf(shape));
}

function assertFits(where: string, array: HostArray, { shape, dtype }: Slot): void {
  if (dtype === 'bool') throw new ShapeError(`${where}: expected float32 or int32, got bool; cast it`);
  const rightType = dtype === 'float32' ? array instanceof Float32Array : array instanceof Int32Array;
  if (rightType && array.length === sizeOf(shape)) return;
  throw new ShapeError(
    `${where}: expected ${dtype} [${shape}], got ${array.constructor.name} of ${array.length}`,
  );
}
