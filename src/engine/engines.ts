/** Opens an engine by name, or the best one that this machine has. */
import { createRequire } from 'node:module';
import { ConfigError } from '../base/errors.ts';
import { createEagerEngine, loadJavascriptBackend } from './eager/eager-engine.ts';
import type { Engine, EngineName } from './program.ts';

export const engineChoices = ['auto', 'onnx', 'javascript', 'tensorflow'] as const;
export type EngineChoice = (typeof engineChoices)[number];

export interface EngineOptions {
  threads: number;
  /** Compares one tiny step of an engine with the reference; rejects with the reason if they differ. */
  selfCheck(engine: Engine, reference: Engine): Promise<void>;
  /** Loads the TensorFlow binding; tests pass a stand-in. */
  loadTensorflow?(): Promise<TensorflowBinding>;
}

/** What is used of `@tensorflow/tfjs-node-gpu`, which registers the tfjs backend `tensorflow` when it loads. */
export interface TensorflowBinding {
  packageName: string;
  version: string;
  isUsingGpu: boolean;
}

export interface OpenedEngine {
  engine: Engine;
  /** Why `auto` chose it, one line; empty when the user chose. */
  reason: string;
}

/** The command that lets tfjs-node-gpu download its native library, which `npm ci` here does not. */
export const tensorflowRemedy = 'npm rebuild @tensorflow/tfjs-node-gpu --ignore-scripts=false';

/**
 * @throws {ConfigError} if the chosen engine cannot run here, with the command that would add it
 */
export async function openEngine(choice: EngineChoice, options: EngineOptions): Promise<OpenedEngine> {
  if (choice === 'auto') return openBest(options);
  if (choice === 'onnx') return { engine: await openOnnx(options.threads), reason: '' };
  if (choice === 'javascript') return { engine: openJavascript(), reason: '' };
  return { engine: await openTensorflow(options), reason: '' };
}

async function openBest(options: EngineOptions): Promise<OpenedEngine> {
  const onnx = await openOnnx(options.threads);
  try {
    const engine = await openTensorflow(options);
    await options.selfCheck(engine, onnx);
    return { engine, reason: 'a GPU answers through TensorFlow and agrees with the onnx engine' };
  } catch (error) {
    return { engine: onnx, reason: `no working GPU: ${(error as Error).message}` };
  }
}

/** @throws {ConfigError} where onnxruntime-node has no binary for this system */
export async function openOnnx(threads: number): Promise<Engine> {
  // Read when the binding is loaded: ONNX Runtime from 1.29 on would report its use to its makers.
  process.env.ORT_DISABLE_TELEMETRY = '1';
  try {
    const { createOnnxEngine } = await import('./onnx/onnx-engine.ts');
    return createOnnxEngine(threads, versionOf('onnxruntime-node'));
  } catch (error) {
    throw new ConfigError(
      `engine onnx: expected onnxruntime-node to load on ${process.platform}-${process.arch}, got "${firstLine(error)}"; ` +
        'reinstall with `npm ci`, or use --engine javascript (slow)',
    );
  }
}

export function openJavascript(): Engine {
  const version = versionOf('@tensorflow/tfjs-backend-cpu');
  return createEagerEngine(
    'javascript',
    loadJavascriptBackend(),
    `tfjs-backend-cpu ${version}, plain JavaScript`,
  );
}

/** @throws {ConfigError} if the binding does not load or sees no GPU */
async function openTensorflow({ loadTensorflow = loadBinding }: EngineOptions): Promise<Engine> {
  const binding = await loadTensorflow();
  if (!binding.isUsingGpu) {
    throw new ConfigError(
      'engine tensorflow: expected a GPU that TensorFlow can use, got none; use --engine onnx',
    );
  }
  const name: EngineName = 'tensorflow';
  return createEagerEngine(name, 'tensorflow', `${binding.packageName} ${binding.version}, GPU`);
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

/** The version of an installed package, from its package.json. */
export function versionOf(packageName: string): string {
  const require = createRequire(import.meta.url);
  return (require(`${packageName}/package.json`) as { version: string }).version;
}

function firstLine(error: unknown): string {
  return (error as Error).message.split('\n')[0]!.split(' at path: ')[0]!.slice(0, 160);
}
