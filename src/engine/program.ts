/**
 * What a model hands to an engine: a pure function on tensors with named inputs and outputs.
 *
 * Engines differ in how they execute a program, never in what it computes.
 */
import { ShapeError } from '../base/errors.ts';
import type { Tensor } from './tensors.ts';

export type InputType = 'float32' | 'int32';
export type HostArray = Float32Array | Int32Array;

/** A named input of a program; every dimension is known. */
export interface InputSpec {
  shape: readonly number[];
  dtype: InputType;
}

/**
 * Randomness as an argument: a program asks for noise by name while it is recorded, and the host fills it
 * before every run from a seeded stream.
 */
export interface NoiseSource {
  /** @returns values uniform in (0, 1), float32 */
  uniform(name: string, shape: readonly number[]): Tensor;
  /** @returns 0 with probability `rate`, else 1 / (1 − rate), float32 */
  dropout(name: string, shape: readonly number[], rate: number): Tensor;
}

/** What a program asks the host for while it is recorded, to be written before every run: noise, and single numbers. */
export interface HostSource extends NoiseSource {
  /** @returns a float32 scalar; the program has an input of this name */
  scalar(name: string): Tensor;
}

/** A noise input that a program asked for. `rate` is set for dropout masks. */
export interface NoiseSpec extends InputSpec {
  name: string;
  rate?: number;
}

export interface Program {
  name: string;
  inputs: Record<string, InputSpec>;
  /** Pure: the same tensors give the same outputs. Called once by recording engines, every run by eager ones. */
  compute(inputs: Record<string, Tensor>, host: HostSource): Record<string, Tensor>;
}

/**
 * A program bound to host memory. Write `inputs`, call `run`, read `outputs`: the arrays are the same ones for
 * the whole life of the program, so weights that are updated in place need no copy.
 */
export interface CompiledProgram {
  readonly inputs: Readonly<Record<string, HostArray>>;
  readonly outputs: Readonly<Record<string, HostArray>>;
  readonly noise: readonly NoiseSpec[];
  /** Floating-point operations of the matrix products that one run executes (2 per multiply-add). */
  readonly matrixProductFlops: number;
  run(): Promise<void>;
  dispose(): Promise<void>;
}

export interface Engine {
  /** As the registry has it. */
  readonly name: string;
  /** Says which library, version and device executes, for provenance. */
  readonly description: string;
  /**
   * @param memory arrays to bind to inputs or outputs by name (weights, gradients); others are allocated
   */
  compile(program: Program, memory?: Record<string, HostArray>): Promise<CompiledProgram>;
}

/** How many elements a tensor has. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, dimension) => product * dimension, 1);
}

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, i) => size === b[i]);
}

/** Host memory of a compiled program: bound arrays where the caller gave them, fresh ones elsewhere. */
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
