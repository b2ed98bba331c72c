/** WebGPU on a software adapter, beside the processor: every regime's step, and what is refused without an adapter. */
import { beforeAll, describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engine/engines.ts';
import { profileProgram } from '../../src/engine/onnx/operator-profile.ts';
import type { Engine } from '../../src/engine/program.ts';
import { hasVulkanDriver, webgpuStyle } from '../../src/engine/webgpu/webgpu.ts';
import { regimeNames } from '../../src/regimes/registry.ts';
import { selfCheck } from '../../src/training/self-check.ts';
import { livelyModel, stepOutputs } from '../helpers/all-programs.ts';
import { onnx, worstDifference } from '../helpers/engines.ts';
import { hasSwiftshader } from '../helpers/swiftshader.ts';
import { compileStep } from '../helpers/tiny-model.ts';

/** A software GPU compiles hundreds of shaders for a step. */
const patience = 900_000;

describe.skipIf(!hasSwiftshader)('the engine webgpu', () => {
  let webgpu: Engine;
  beforeAll(async () => {
    webgpu = (await openEngine('webgpu', { threads: 1, selfCheck })).engine;
  });

  it.each(regimeNames)(
    'gives the losses and gradients of onnx for %s',
    async (regime) => {
      const choice = { regime, positions: 'absolute' } as const;
      const [actual, expected] = [await stepOutputs(webgpu, choice), await stepOutputs(onnx, choice)];
      for (const [stage, outputs] of expected.entries()) {
        const { name, difference } = worstDifference(actual[stage]!, outputs);
        expect(difference, name).toBeLessThan(3e-5);
      }
    },
    patience,
  );

  it(
    'says how many nodes of a step it leaves to the processor, and leaves few',
    async () => {
      const { program } = await compileStep(onnx, livelyModel({ regime: 'bert', positions: 'absolute' }));
      const options = { memory: {}, threads: 1, runs: 1, fill: () => {}, style: await webgpuStyle() };
      const { nodesOnProcessor, operators } = await profileProgram(program, options);
      const nodes = operators.reduce((sum, operator) => sum + operator.nodes, 0);
      expect(nodesOnProcessor).toBeGreaterThanOrEqual(0);
      expect(nodesOnProcessor / nodes).toBeLessThan(0.05);
    },
    patience,
  );

  it('says which library and device execute', () => {
    expect(webgpu.description).toMatch(/^ONNX Runtime \d+\.\d+\.\d+, WebGPU$/);
  });
});

describe('a driver of Vulkan', () => {
  it('is there where its variable names one', () => {
    expect(hasVulkanDriver({ VK_ICD_FILENAMES: '/driver.json' })).toBe(true);
    expect(hasVulkanDriver({ VK_DRIVER_FILES: '/driver.json' })).toBe(true);
  });
});
