/** OpenVINO beside ONNX Runtime: the same numbers for every regime, and nothing that is kept. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { EngineOptions } from '../../../src/engine/engine-kind.ts';
import { examineEngines, openEngine } from '../../../src/engine/engines.ts';
import { assertBf16 } from '../../../src/engine/openvino/openvino.ts';
import type { Engine } from '../../../src/engine/program.ts';
import { tf } from '../../../src/engine/tensors.ts';
import { regimeNames } from '../../../src/regimes/registry.ts';
import { selfCheck } from '../../../src/training/self-check.ts';
import { forwardPrograms, livelyModel, models, stepOutputs } from '../../helpers/all-programs.ts';
import { copyOf, float, onnx, programOf, runOnce, worstDifference } from '../../helpers/engines.ts';
import { hasOpenvino } from '../../helpers/openvino.ts';
import { compileStep } from '../../helpers/tiny-model.ts';

const open = async (more: Partial<EngineOptions> = {}) =>
  (await openEngine('openvino', { threads: 1, selfCheck, ...more })).engine;

describe.skipIf(!hasOpenvino)('the engine openvino', () => {
  let openvino: Engine;
  beforeAll(async () => {
    openvino = await open();
  });

  it.each(models)(
    'gives the losses and gradients of onnx for $regime, $positions, $generator',
    async (choice) => {
      const [actual, expected] = [await stepOutputs(openvino, choice), await stepOutputs(onnx, choice)];
      for (const [stage, outputs] of expected.entries()) {
        const { name, difference } = worstDifference(actual[stage]!, outputs);
        expect(difference, name).toBeLessThan(3e-5);
      }
    },
  );

  describe.each(regimeNames)('for %s', (regime) => {
    const choice = { regime, positions: 'absolute' } as const;

    it('gives the evaluation and classes of onnx', async () => {
      for (const { program, values } of forwardPrograms(livelyModel(choice))) {
        const expected = await runOnce(onnx, program, values);
        const { name, difference } = worstDifference(await runOnce(openvino, program, values), expected);
        expect(difference, `${program.name}/${name}`).toBeLessThan(3e-5);
      }
    });

    it('gives the same bytes whenever it is asked', async () => {
      const { compiled } = await compileStep(openvino, livelyModel(choice));
      const results = [];
      for (let i = 0; i < 2; i++) {
        await compiled.run();
        results.push(copyOf(compiled.outputs));
      }
      await compiled.dispose();
      expect(results[1]).toEqual(results[0]);
      expect((await stepOutputs(openvino, choice))[0]).toEqual(results[0]);
    });
  });

  it('passes the self-check', async () => {
    await expect(selfCheck(openvino, onnx)).resolves.toBeUndefined();
  });

  it('says which library, version, precision and threads execute', async () => {
    expect(openvino.description).toMatch(/^OpenVINO 2026\.\d+\.\d+, CPU, f32, 1 thread$/);
    expect((await open({ threads: 2 })).description).toMatch(/, 2 threads$/);
  });

  it('adds the gradients of one row that many positions read without losing any, on several threads', async () => {
    const rows = 20_000;
    const several = await open({ threads: 4 });
    const compiled = await several.compile({
      name: 'gather',
      inputs: { x: float(2, 64), ids: { shape: [rows], dtype: 'int32' } },
      compute: ({ x, ids }) => ({
        gradient: tf.grad((table) => tf.sum(tf.gather(table, ids as tf.Tensor1D)))(x!),
      }),
    });
    for (let i = 0; i < 5; i++) {
      await compiled.run();
      expect([...compiled.outputs.gradient!.slice(0, 64)]).toEqual(new Array(64).fill(rows));
    }
    await compiled.dispose();
  });

  it('says in one line what the library refuses', async () => {
    const refused = openvino.compile(
      programOf({ x: float(2) }, ({ x }) => tf.reshape(x!, [2])),
      { x: new Float32Array(3) },
    );
    await expect(refused).rejects.toThrow('toy/x: expected float32 [2], got Float32Array of 3');
    const { openCore } = await import('../../../src/engine/openvino/openvino-engine.ts');
    const { output } = await import('../../../src/engine/openvino/library.ts');
    const { library, core } = openCore();
    const text = Buffer.from('no model');
    const read = () =>
      library.create('ov_core_read_model_from_memory_buffer', core, text, text.length, null, output);
    expect(read).toThrow(/^OpenVINO: ov_core_read_model_from_memory_buffer gave -\d+: [^\n]+$/);
  });

  it('refuses to run what was disposed of', async () => {
    const program = await openvino.compile(programOf({ x: float(2) }, ({ x }) => tf.square(x!)));
    await program.dispose();
    await program.dispose();
    await expect(program.run()).rejects.toThrow('toy: expected a program in use, got one disposed of');
  });

  // OPENVINO_CYCLES=1000 takes minutes.
  const cycles = Number(process.env.OPENVINO_CYCLES ?? 40);
  it(`keeps no memory of ${cycles} programs that were opened and closed`, async () => {
    // A program of 12 MB, so that one that is kept shows.
    const program = programOf({ x: float(1024, 1024) }, ({ x }) => tf.softmax(tf.mul(x!, 2)));
    const cycle = async () => {
      const compiled = await openvino.compile(program);
      await compiled.run();
      await compiled.dispose();
    };
    for (let i = 0; i < 10; i++) await cycle();
    const before = process.memoryUsage().rss;
    for (let i = 0; i < cycles; i++) await cycle();
    const grown = (process.memoryUsage().rss - before) / 2 ** 20;
    expect(grown).toBeLessThan(100);
  });

  it('is found by doctor, with its version, its place and what the processor has', async () => {
    const finding = (await examineEngines()).find(({ name }) => name === 'openvino')!;
    expect(finding.isAvailable).toBe(true);
    expect(finding.detail).toMatch(
      /^OpenVINO 2026\.\S+ of ELECTRA_LAB_OPENVINO, \S+; processor with(out)? AMX, /,
    );
  });
});

describe('bf16', () => {
  it.each(['onnx', 'javascript'])('is refused by %s, with the engine that has it', async (choice) => {
    await expect(openEngine(choice, { threads: 1, precision: 'bf16', selfCheck })).rejects.toThrow(
      `--precision: expected f32 with --engine ${choice}, got "bf16"; use --engine openvino`,
    );
  });

  it('needs a processor that multiplies it', () => {
    expect(() => assertBf16(['sse2', 'amx_bf16'])).not.toThrow();
    expect(() => assertBf16(['avx512_bf16'])).not.toThrow();
    expect(() => assertBf16(['avx512f'])).toThrow(
      '--precision: expected a processor with amx_bf16 or avx512_bf16 for bf16, got none; use --precision f32',
    );
  });
});
