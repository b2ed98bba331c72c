/** The registry of engines: opens one by its name, or the best one that this machine has. */
import { ConfigError, explain, oneOf, ShapeError } from '../base/errors.ts';
import { javascript } from './eager/javascript.ts';
import { tensorflow } from './eager/tensorflow.ts';
import type { EngineKind, EngineOptions } from './engine-kind.ts';
import { onnx } from './onnx/onnx.ts';
import { openvino } from './openvino/openvino.ts';
import type { Engine } from './program.ts';
import { webgpu } from './webgpu/webgpu.ts';

export { openJavascript } from './eager/javascript.ts';
export { loadBinding, tensorflowRemedy } from './eager/tensorflow.ts';
export { type Precision, precisionOf, precisions, type TensorflowBinding, versionOf } from './engine-kind.ts';
export { openOnnx } from './onnx/onnx.ts';
export { webgpuStyle } from './webgpu/webgpu.ts';

const engines: readonly EngineKind[] = [onnx, openvino, webgpu, javascript, tensorflow];

export const engineNames: readonly string[] = engines.map(({ name }) => name);
export const engineChoices: readonly string[] = ['auto', ...engineNames];
/** Those that `--threads` is for. */
export const engineNamesWithThreads: readonly string[] = engines
  .filter(({ hasThreads }) => hasThreads)
  .map(({ name }) => name);
/** `auto`, or the name of an engine. */
export type EngineChoice = string;

export interface OpenedEngine {
  engine: Engine;
  /** Why `auto` chose it, one line; empty when the user chose. */
  reason: string;
}

/**
 * @param choice one of `engineChoices`
 * @throws {ConfigError} if the chosen engine cannot run here, with the command that would add it
 */
export async function openEngine(choice: EngineChoice, options: EngineOptions): Promise<OpenedEngine> {
  if (choice === 'auto') return options.precision === 'bf16' ? openBf16(options) : openBest(options);
  const kind = engines.find(({ name }) => name === choice);
  if (!kind) throw new ShapeError(explain('engine', oneOf(engineChoices), choice));
  if (options.precision === 'bf16' && !kind.hasBf16) {
    throw new ConfigError(explain('--precision', `f32 with --engine ${choice}`, 'bf16', remedyForBf16));
  }
  return { engine: await kind.open(options), reason: '' };
}

const enginesWithBf16 = engines.filter(({ hasBf16 }) => hasBf16);
const remedyForBf16 = `use --engine ${enginesWithBf16.map(({ name }) => name).join(' or ')}`;

async function openBf16(options: EngineOptions): Promise<OpenedEngine> {
  return { engine: await enginesWithBf16[0]!.open(options), reason: 'the engine that has bf16' };
}

/** Never openvino: timing it against onnx would cost seconds at each start, and a busy machine would choose by chance. */
async function openBest(options: EngineOptions): Promise<OpenedEngine> {
  const reference = await onnx.open(options);
  try {
    const engine = await tensorflow.open(options);
    await options.selfCheck(engine, reference);
    return { engine, reason: 'a GPU answers through TensorFlow and agrees with the onnx engine' };
  } catch (error) {
    return { engine: reference, reason: `no working GPU: ${(error as Error).message}` };
  }
}

/** What this machine has of an engine. */
export interface EngineFinding {
  name: string;
  isAvailable: boolean;
  /** Which library, or why it is not there. */
  detail: string;
  /** The command that adds it. */
  remedy?: string;
}

/** Every engine, opened or asked for what it needs. */
export async function examineEngines(): Promise<EngineFinding[]> {
  const findings: EngineFinding[] = [];
  for (const kind of engines) findings.push(await examine(kind));
  return findings;
}

async function examine({ name, open, describe, remedy = 'npm ci' }: EngineKind): Promise<EngineFinding> {
  try {
    const selfCheck = async () => {};
    const detail = describe ? await describe() : (await open({ threads: 1, selfCheck })).description;
    return { name, isAvailable: true, detail };
  } catch (error) {
    const detail = (error as Error).message.replace(/^engine \w+: |; run `.*$/g, '');
    return { name, isAvailable: false, detail, remedy };
  }
}
