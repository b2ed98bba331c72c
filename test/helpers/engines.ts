/** The two engines that run on any machine, and short ways to run a small program on them. */
import { InferenceSession, Tensor as OnnxTensor } from 'onnxruntime-node';
import { RandomStream } from '../../src/base/random.ts';
import { createEagerEngine } from '../../src/engine/eager/eager-engine.ts';
import { loadJavascriptBackend } from '../../src/engine/eager/javascript-backend.ts';
import { encodeModel } from '../../src/engine/onnx/model-file.ts';
import { createOnnxEngine, emitModel } from '../../src/engine/onnx/onnx-engine.ts';
import {
  type CompiledProgram,
  type Engine,
  type HostArray,
  type InputSpec,
  type Program,
  sizeOf,
} from '../../src/engine/program.ts';
import { type Graph, sortedNodes } from '../../src/engine/record/graph.ts';
import type { Tensor } from '../../src/engine/tensors.ts';

export const onnx: Engine = createOnnxEngine(1, 'test');
export const javascript: Engine = createEagerEngine('javascript', loadJavascriptBackend(), 'test');

export type Arrays = Record<string, HostArray>;

/** A float32 input of a program. */
export const float = (...shape: number[]): InputSpec => ({ shape, dtype: 'float32' });
/** An int32 input of a program. */
export const int = (...shape: number[]): InputSpec => ({ shape, dtype: 'int32' });

/** A program without noise: `programOf({ x: float(2, 3) }, ({ x }) => tf.square(x!))`. */
export function programOf(
  inputs: Record<string, InputSpec>,
  compute: (inputs: Record<string, Tensor>) => Tensor | Record<string, Tensor>,
  name = 'toy',
): Program {
  return {
    name,
    inputs,
    compute(tensors) {
      const result = compute(tensors);
      return 'dataId' in result ? { result: result as Tensor } : (result as Record<string, Tensor>);
    },
  };
}

/** Normal numbers for float32 inputs, integers in [0, 3) for int32 inputs. */
export function randomInputs(program: Program, seed = 'inputs'): Arrays {
  return Object.fromEntries(
    Object.entries(program.inputs).map(([name, { shape, dtype }]) => {
      const random = new RandomStream(seed, name);
      const values = Array.from({ length: sizeOf(shape) }, () =>
        dtype === 'float32' ? random.truncatedNormal() : random.integer(3),
      );
      return [name, dtype === 'float32' ? Float32Array.from(values) : Int32Array.from(values)];
    }),
  );
}

export function setInputs(program: CompiledProgram, values: Arrays): void {
  for (const [name, array] of Object.entries(values)) program.inputs[name]!.set(array);
}

/** Compiles, runs once and disposes. @returns outputs by name, as copies */
export async function runOnce(engine: Engine, program: Program, values: Arrays): Promise<Arrays> {
  const compiled = await engine.compile(program);
  setInputs(compiled, values);
  await compiled.run();
  const outputs = copyOf(compiled.outputs);
  await compiled.dispose();
  return outputs;
}

/** Executes a recorded graph as it is, on ONNX Runtime. @returns outputs by name */
export async function runGraph(graph: Graph, values: Arrays): Promise<Arrays> {
  const session = await InferenceSession.create(encodeModel(emitModel('graph', graph)), {
    logSeverityLevel: 3,
  });
  const feeds = [...graph.inputs].map(([name, { shape, dtype }]) => {
    return [name, new OnnxTensor(dtype as 'float32', values[name] as Float32Array, shape)] as const;
  });
  const results = await session.run(Object.fromEntries(feeds));
  await session.release();
  return Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, data as HostArray]));
}

export function copyOf(arrays: Readonly<Arrays>): Arrays {
  return Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, array.slice()]));
}

/**
 * The largest |Δ| of two arrays over the largest magnitude in the second; the whole array shares one scale, so
 * that an element near zero does not ask for more digits than the sum it came from had.
 */
export function relativeDifference(actual: HostArray, expected: HostArray): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let [difference, scale] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    const delta = Math.abs(actual[i]! - expected[i]!);
    difference = Number.isNaN(delta) ? Number.POSITIVE_INFINITY : Math.max(difference, delta);
    scale = Math.max(scale, Math.abs(expected[i]!));
  }
  return difference === 0 ? 0 : difference / scale;
}

/** The output that differs most, with its relative difference. */
export function worstDifference(actual: Arrays, expected: Arrays): { name: string; difference: number } {
  const names = Object.keys(expected);
  if (names.length !== Object.keys(actual).length) throw new Error(`outputs: ${Object.keys(actual)}`);
  return names
    .map((name) => ({ name, difference: relativeDifference(actual[name]!, expected[name]!) }))
    .reduce((a, b) => (b.difference > a.difference ? b : a));
}

/** The kernels that a graph executes, each once, sorted by name. */
export function kernelsOf(graph: Graph): string[] {
  return [...new Set(sortedNodes(graph).map(({ kernel }) => kernel))].sort();
}
