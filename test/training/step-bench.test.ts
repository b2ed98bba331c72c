import { describe, expect, it } from 'vitest';
import { benchStages, inProportion } from '../../src/training/step-bench.ts';
import { javascript, onnx } from '../helpers/engines.ts';
import { tinyConfig } from '../helpers/tiny-model.ts';

const config = tinyConfig('joint');
config.data.vocabularySize = 40;
config.training.batchSize = 2;
const options = { config, threads: 1, seconds: 0.05 };

describe('a bench', () => {
  it('splits the time of the program as the profile splits the known nodes', () => {
    const profile = { passes: { forward: 1, backward: 3, other: 2 }, seconds: 6 };
    expect(inProportion(8, profile)).toEqual({ forwardSeconds: (8 * 1) / 4, backwardSeconds: (8 * 3) / 4 });
  });

  it('measures every part of the step, and shares of the operators that add to one', async () => {
    const [bench, ...others] = await benchStages({ ...options, engine: onnx });
    expect(others).toEqual([]);
    const { forwardSeconds, backwardSeconds, runSeconds, operators } = bench!;
    expect(forwardSeconds! + backwardSeconds!).toBeCloseTo(runSeconds, 12);
    expect(operators!.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
    expect(bench!.tokensPerSecond).toBeCloseTo((2 * 16) / bench!.stepSeconds, 6);
    expect(bench!.flopsPerSecond).toBeCloseTo(bench!.flopsPerStep / bench!.stepSeconds, 0);
  });

  it('leaves empty what an engine without a profile does not know', async () => {
    const [bench] = await benchStages({ config, seconds: 0.05, engine: javascript });
    expect(bench).not.toHaveProperty('operators');
    expect(bench).not.toHaveProperty('forwardSeconds');
    expect(bench).not.toHaveProperty('threads');
  });

  it('has one row for each stage of the regime', async () => {
    const stages = await benchStages({ ...options, config: twoStage(), engine: onnx });
    expect(stages.map(({ stage }) => stage)).toEqual(['generator', 'discriminator']);
  });
});

function twoStage() {
  const config = tinyConfig('two-stage');
  config.data.vocabularySize = 40;
  config.training.batchSize = 2;
  return config;
}
