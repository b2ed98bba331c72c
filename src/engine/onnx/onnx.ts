/** The engine `onnx`: ONNX Runtime on the processor. Loaded only when it is opened. */
import { ConfigError } from '../../base/errors.ts';
import { type EngineKind, firstLine, versionOf } from '../engine-kind.ts';
import type { Engine } from '../program.ts';

export const onnx: EngineKind = {
  name: 'onnx',
  open: ({ threads }) => openOnnx(threads),
  hasThreads: true,
};

/** @throws {ConfigError} where onnxruntime-node has no binary for this system */
export async function openOnnx(threads: number): Promise<Engine> {
  // Read when the binding is loaded: ONNX Runtime from 1.29 on would report its use to its makers.
  process.env.ORT_DISABLE_TELEMETRY = '1';
  try {
    const { createOnnxEngine } = await import('./onnx-engine.ts');
    return createOnnxEngine(threads, versionOf('onnxruntime-node'));
  } catch (error) {
    throw new ConfigError(
      `engine onnx: expected onnxruntime-node to load on ${process.platform}-${process.arch}, got "${firstLine(error)}"; ` +
        'reinstall with `npm ci`, or use --engine javascript (slow)',
    );
  }
}
