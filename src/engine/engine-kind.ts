/** What the registry holds of each engine: its name, and how it is opened on this machine. */
import { createRequire } from 'node:module';
import type { Engine } from './program.ts';

export interface EngineKind {
  name: string;
  /** @throws {ConfigError} if it cannot run here, with the command that would add it */
  open(options: EngineOptions): Promise<Engine>;
  /** Whether `threads` says how many it uses. */
  hasThreads?: boolean;
  /** Whether it computes products in bf16 if it is asked to; else it has f32 only. */
  hasBf16?: boolean;
  /** What `doctor` says of it, where that is more than the opened engine's description. */
  describe?(): Promise<string>;
  /** The command that adds it; default `npm ci`. */
  remedy?: string;
}

/** In which numbers an engine may compute what it finds in f32: bf16 keeps 8 of 24 bits. */
export const precisions = ['f32', 'bf16'] as const;
export type Precision = (typeof precisions)[number];

/** In which an engine of this description computed: those of older records knew f32 only. */
export function precisionOf(description: string): Precision {
  return /, bf16\b/.test(description) ? 'bf16' : 'f32';
}

export interface EngineOptions {
  threads: number;
  /** Default f32. */
  precision?: Precision;
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

/** The version of an installed package, from its package.json. */
export function versionOf(packageName: string): string {
  const require = createRequire(import.meta.url);
  return (require(`${packageName}/package.json`) as { version: string }).version;
}

/** Why something did not load, short enough for one line. */
export function firstLine(error: unknown): string {
  return (error as Error).message.split('\n')[0]!.split(' at path: ')[0]!.slice(0, 160);
}
