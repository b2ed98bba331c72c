/**
 * Executes programs directly on a tfjs backend, operation by operation: `javascript` (the reference) and
 * `tensorflow` share this path.
 */
import {
  bindMemory,
  type CompiledProgram,
  type Engine,
  type HostArray,
  type HostSource,
  type Program,
} from '../program.ts';
import { matrixProductFlops } from '../record/graph.ts';
import { record } from '../record/recorder.ts';
import { simplify } from '../record/simplify.ts';
import { type Tensor, tf } from '../tensors.ts';

/** @param backend name of a registered tfjs backend */
export function createEagerEngine(name: string, backend: string, description: string): Engine {
  return { name, description, compile: (program, memory = {}) => compile(program, memory, backend) };
}

async function compile(
  program: Program,
  memory: Record<string, HostArray>,
  backend: string,
): Promise<CompiledProgram> {
  const { graph, noise } = record(program);
  const inputs = bindMemory(program.name, graph.inputs, memory);
  const outputs = bindMemory(program.name, graph.outputs, memory);
  const run = async () => {
    await tf.setBackend(backend);
    const results = tf.tidy(() => compute(program, inputs));
    await Promise.all(
      Object.entries(results).map(async ([name, tensor]) => outputs[name]!.set(await tensor.data())),
    );
    tf.dispose(results);
  };
  const flops = matrixProductFlops(simplify(graph));
  return { inputs, outputs, noise, matrixProductFlops: flops, run, dispose: async () => {} };
}

function compute(program: Program, inputs: Record<string, HostArray>): Record<string, Tensor> {
  const tensors = Object.entries(program.inputs).map(
    ([name, { shape, dtype }]) => [name, tf.tensor(inputs[name]!.slice(), [...shape], dtype)] as const,
  );
  const asked = (name: string, shape: readonly number[]) =>
    tf.tensor(inputs[name]!.slice(), [...shape], 'float32');
  const host: HostSource = { uniform: asked, dropout: asked, scalar: (name) => asked(name, []) };
  return program.compute(Object.fromEntries(tensors), host);
}
