/** Executes programs as ONNX graphs on ONNX Runtime. The default engine: native speed from npm alone. */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { bindMemory } from '../memory.ts';
import type { CompiledProgram, Engine, HostArray, Program } from '../program.ts';
import { fuse } from '../record/fusion/fuse.ts';
import { type Graph, matrixProductFlops } from '../record/graph.ts';
import { record } from '../record/recorder.ts';
import { simplify } from '../record/simplify.ts';
import { emitModel } from './emit.ts';
import { encodeModel } from './model-file.ts';

/** @param threads threads inside one operator; 1 makes results independent of scheduling */
export function createOnnxEngine(threads: number, version: string): Engine {
  return {
    name: 'onnx',
    description: `ONNX Runtime ${version}, CPU, ${threads} thread${threads === 1 ? '' : 's'}`,
    compile: (program, memory = {}) => compile(program, memory, threads),
  };
}

/** A program as an ONNX model that can still be changed. */
export function translate(program: Program, threads: number) {
  const { graph: recorded, noise } = record(program);
  const graph = simplify(recorded);
  fuse(graph);
  return { graph, noise, model: emitModel(program.name, graph, threads) };
}

async function compile(
  program: Program,
  memory: Record<string, HostArray>,
  threads: number,
): Promise<CompiledProgram> {
  const { graph, noise, model } = translate(program, threads);
  const session = await InferenceSession.create(encodeModel(model), sessionOptions(threads));
  const inputs = bindMemory(program.name, graph.inputs, memory);
  const outputs = bindMemory(program.name, graph.outputs, memory);
  const [feeds, fetches] = [asTensors(graph.inputs, inputs), asTensors(graph.outputs, outputs)];
  return {
    inputs,
    outputs,
    noise,
    matrixProductFlops: matrixProductFlops(graph),
    run: async () => {
      await session.run(feeds, fetches);
    },
    dispose: () => session.release(),
  };
}

export function sessionOptions(threads: number): InferenceSession.SessionOptions {
  return {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    // Planning one block for all buffers costs a fifth more memory here than the arena alone, and saves no time.
    enableMemPattern: false,
    // Our own simplification has done most of what the higher levels look for, and they double compile time.
    graphOptimizationLevel: 'basic',
    logSeverityLevel: 3,
    // Gradients fade into denormals, on which a CPU is up to a hundred times slower.
    extra: { session: { set_denormal_as_zero: '1' } },
  };
}

/** ONNX Runtime reads and writes the arrays in place. */
export function asTensors(
  values: Graph['inputs'],
  arrays: Record<string, HostArray>,
): Record<string, Tensor> {
  return Object.fromEntries(
    [...values].map(([name, { shape, dtype }]) => {
      const array = arrays[name]!;
      const tensor =
        dtype === 'float32'
          ? new Tensor('float32', array as Float32Array, shape)
          : new Tensor('int32', array as Int32Array, shape);
      return [name, tensor];
    }),
  );
}
