/** The engine `tensorflow`: tfjs on TensorFlow's native library, where it sees a GPU. */
import { createRequire } from 'node:module';
import { ConfigError } from '../../base/errors.ts';
import {
  type EngineKind,
  type EngineOptions,
  firstLine,
  type TensorflowBinding,
  versionOf,
} from '../engine-kind.ts';
import type { Engine } from '../program.ts';
import { createEagerEngine } from './eager-engine.ts';

/** The command that lets tfjs-node-gpu download its native library, which `npm ci` here does not. */
export const tensorflowRemedy = 'npm rebuild @tensorflow/tfjs-node-gpu --ignore-scripts=false';

export const tensorflow: EngineKind = {
  name: 'tensorflow',
  open: openTensorflow,
  async describe() {
    const { packageName, version, isUsingGpu } = await loadBinding();
    return `${packageName} ${version}, ${isUsingGpu ? 'GPU' : 'no GPU seen, so not used'}`;
  },
  remedy: tensorflowRemedy,
};

/** @throws {ConfigError} if the binding does not load or sees no GPU */
async function openTensorflow({ loadTensorflow = loadBinding }: EngineOptions): Promise<Engine> {
  const binding = await loadTensorflow();
  if (!binding.isUsingGpu) {
    throw new ConfigError(
      'engine tensorflow: expected a GPU that TensorFlow can use, got none; use --engine onnx',
    );
  }
  return createEagerEngine(tensorflow.name, 'tensorflow', `${binding.packageName} ${binding.version}, GPU`);
}

/** @throws {ConfigError} with the remedy if the package or its native library is not there */
export async function loadBinding(): Promise<TensorflowBinding> {
  const packageName = '@tensorflow/tfjs-node-gpu';
  try {
    const binding = createRequire(import.meta.url)(packageName) as {
      version: Record<string, string>;
      backend(): { isUsingGpuDevice?: boolean };
    };
    return {
      packageName,
      version: versionOf(packageName),
      isUsingGpu: binding.backend().isUsingGpuDevice === true,
    };
  } catch (error) {
    throw new ConfigError(
      `engine tensorflow: expected ${packageName} to load, got "${firstLine(error)}"; run \`${tensorflowRemedy}\``,
    );
  }
}
