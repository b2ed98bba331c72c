/**
 * Executes programs directly on a tfjs backend, operation by operation: `javascript` (the reference) and
 * `tensorflow` share this path.
 */
import type { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import {
  bindMemory,
  type CompiledProgram,
  type Engine,
  type EngineName,
  type HostArray,
  type NoiseSource,
  type Program,
} from '../program.ts';
import { matrixProductFlops } from '../record/graph.ts';
import { record } from '../record/recorder.ts';
import { simplify } from '../record/simplify.ts';
import { type Tensor, tf } from '../tensors.ts';

/** @param backend name of a registered tfjs backend */
export function createEagerEngine(name: EngineName, backend: string, description: string): Engine {
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
  const noise: NoiseSource = {
    uniform: (name, shape) => tf.tensor(inputs[name]!.slice(), [...shape], 'float32'),
    dropout: (name, shape) => tf.tensor(inputs[name]!.slice(), [...shape], 'float32'),
  };
  return program.compute(Object.fromEntries(tensors), noise);
}

/** @returns the backend's registered name */
export function loadJavascriptBackend(): string {
  fixScatterUpdate();
  return 'cpu';
}

let isFixed = false;

/** tfjs-backend-cpu 4.22 writes the updates of `tensorScatterUpdate` into the tensor it was given. */
function fixScatterUpdate(): void {
  if (isFixed) return;
  isFixed = true;
  const kernel = tf.getKernel('TensorScatterUpdate', 'cpu');
  tf.unregisterKernel('TensorScatterUpdate', 'cpu');
  tf.registerKernel({
    ...kernel,
    kernelFunc: (call) => {
      const cpu = call.backend as MathBackendCPU;
      const { dataId, shape, dtype } = call.inputs.tensor as tf.TensorInfo;
      const values = (cpu.data.get(dataId).values as Float32Array).slice();
      return kernel.kernelFunc({
        ...call,
        inputs: { ...call.inputs, tensor: cpu.makeTensorInfo(shape, dtype, values) },
      });
    },
  });
}
