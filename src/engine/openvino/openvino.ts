/** The engine `openvino`: OpenVINO on the processor, in f32 or bf16. Loaded only when it is opened. */
import { readFileSync } from 'node:fs';
import { ConfigError, explain } from '../../base/errors.ts';
import { type EngineKind, type EngineOptions, firstLine } from '../engine-kind.ts';
import type { Engine } from '../program.ts';
import { tf } from '../tensors.ts';
import { openvinoRemedy } from './versions.ts';

export const openvino: EngineKind = {
  name: 'openvino',
  open: openOpenvino,
  hasThreads: true,
  hasBf16: true,
  describe: describeOpenvino,
  remedy: openvinoRemedy,
};

/** @throws {ConfigError} where there is no OpenVINO that can be used, or bf16 is asked of a processor without it */
async function openOpenvino({ threads, precision = 'f32' }: EngineOptions): Promise<Engine> {
  if (precision === 'bf16') assertBf16(processorFlags());
  const { createOpenvinoEngine } = await loadEngine();
  const engine = createOpenvinoEngine({ threads, precision });
  await assertComputes(engine);
  return engine;
}

async function describeOpenvino(): Promise<string> {
  const { openCore } = await loadEngine();
  const { version, source, path } = openCore().library;
  const flags = processorFlags();
  const amx = flags.includes('amx_bf16') ? 'processor with AMX' : 'processor without AMX';
  const bf16 = bf16Flags.find((flag) => flags.includes(flag));
  return `OpenVINO ${version} of ${source}, ${path}; ${amx}, ${bf16 ? `bf16 by ${bf16}` : 'no bf16'}`;
}

async function loadEngine(): Promise<typeof import('./openvino-engine.ts')> {
  try {
    return await import('./openvino-engine.ts');
  } catch (error) {
    throw new ConfigError(
      explain('engine openvino', 'the package koffi to load', firstLine(error), 'run `npm ci`'),
    );
  }
}

/** Instructions for products of bf16 numbers. Without them OpenVINO imitates bf16, more slowly than it computes f32. */
const bf16Flags = ['amx_bf16', 'avx512_bf16'];

/** @throws {ConfigError} on a processor without instructions for it */
export function assertBf16(flags: readonly string[]): void {
  if (bf16Flags.some((flag) => flags.includes(flag))) return;
  const rule = `a processor with ${bf16Flags.join(' or ')} for bf16`;
  throw new ConfigError(explain('--precision', rule, 'none', 'use --precision f32'));
}

/** What Linux says that the processor has; nothing on another system. */
function processorFlags(): string[] {
  try {
    return /^flags\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1]?.trim().split(' ') ?? [];
  } catch {
    return [];
  }
}

/**
 * One tiny program with all that crosses the interface: both types, a number, a matrix.
 *
 * @throws {ConfigError} if the library gives something else, as one with another interface would
 */
async function assertComputes(engine: Engine): Promise<void> {
  const program = await engine.compile({
    name: 'check',
    inputs: {
      table: { shape: [3, 2], dtype: 'float32' },
      rows: { shape: [2], dtype: 'int32' },
      factor: { shape: [], dtype: 'float32' },
    },
    compute: ({ table, rows, factor }) => ({
      result: tf.mul(tf.gather(table!, rows as tf.Tensor1D), factor!),
    }),
  });
  program.inputs.table!.set([1, 2, 3, 4, 5, 6]);
  program.inputs.rows!.set([2, 0]);
  program.inputs.factor!.set([2]);
  await program.run();
  const result = [...program.outputs.result!];
  await program.dispose();
  const expected = [10, 12, 2, 4];
  if (`${result}` === `${expected}`) return;
  throw new ConfigError(
    explain('engine openvino', `${expected} of a check`, result, `run \`${openvinoRemedy}\``),
  );
}
