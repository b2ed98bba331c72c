/** The engine `webgpu`: ONNX Runtime's WebGPU provider, on the adapter that the system offers. Never run on a GPU yet. */
import { existsSync, readdirSync } from 'node:fs';
import { ConfigError, explain } from '../../base/errors.ts';
import { type EngineKind, type EngineOptions, versionOf } from '../engine-kind.ts';
import { openOnnx } from '../onnx/onnx.ts';
import type { SessionStyle } from '../onnx/onnx-engine.ts';
import type { Engine } from '../program.ts';
import { tf } from '../tensors.ts';

/** Debian's and Ubuntu's loader and drivers of Vulkan, through which WebGPU finds a GPU on Linux. */
const webgpuRemedy = 'apt-get install libvulkan1 mesa-vulkan-drivers';

export const webgpu: EngineKind = { name: 'webgpu', open: openWebgpu, remedy: webgpuRemedy };

/** @throws {ConfigError} where WebGPU finds no adapter, with what to install */
async function openWebgpu(_: EngineOptions): Promise<Engine> {
  if (process.platform === 'linux' && !hasVulkanDriver(process.env)) throw withoutAdapter();
  await openOnnx(1); // It says why, where ONNX Runtime does not load at all.
  const { compile } = await import('../onnx/onnx-engine.ts');
  const style = await webgpuStyle();
  const engine: Engine = {
    name: webgpu.name,
    description: `ONNX Runtime ${versionOf('onnxruntime-node')}, WebGPU`,
    compile: (program, memory = {}) => compile(program, memory, style),
  };
  await assertAdapter(engine);
  return engine;
}

/** As with several threads: WebGPU sums into rows that several positions share by ScatterElements only. */
export async function webgpuStyle(): Promise<SessionStyle> {
  const { sessionOptions } = await import('../onnx/onnx-engine.ts');
  return { threads: 2, products: 'plain', options: { ...sessionOptions(1), executionProviders: ['webgpu'] } };
}

/** A first program shows whether there is an adapter: nothing else asks for one. */
async function assertAdapter(engine: Engine): Promise<void> {
  const program = await engine
    .compile({
      name: 'check',
      inputs: { x: { shape: [2], dtype: 'float32' } },
      compute: ({ x }) => ({ result: tf.square(x!) }),
    })
    .catch(() => undefined);
  if (!program) throw withoutAdapter();
  await program.run();
  await program.dispose();
}

function withoutAdapter(): ConfigError {
  const rule = 'a GPU with a driver of Vulkan, Metal or Direct3D 12';
  return new ConfigError(explain('engine webgpu', rule, 'none', `run \`${webgpuRemedy}\``));
}

/** Whether Vulkan's loader would find a driver: without one, the provider writes a page of warnings. */
export function hasVulkanDriver({ VK_ICD_FILENAMES, VK_DRIVER_FILES }: NodeJS.ProcessEnv): boolean {
  if (VK_ICD_FILENAMES || VK_DRIVER_FILES) return true;
  const folders = ['/usr/share/vulkan/icd.d', '/usr/local/share/vulkan/icd.d', '/etc/vulkan/icd.d'];
  return folders.some((folder) => existsSync(folder) && readdirSync(folder).length > 0);
}
