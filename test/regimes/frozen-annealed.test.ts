import { describe, expect, it } from 'vitest';
import { known, presetsFolder } from '../../src/commands/command.ts';
import { resolveConfig } from '../../src/config/resolve.ts';
import { temperatureAt } from '../../src/regimes/frozen-annealed.ts';
import { onnx } from '../helpers/engines.ts';
import { compileStep, lossesOf, tinyConfig, tinyModel } from '../helpers/tiny-model.ts';

const { objective } = tinyConfig('frozen-annealed');

describe('the temperature of a frozen generator', () => {
  it('falls from its start to the configured one, by 1/e in each tenth of training', () => {
    const at = (progress: number) =>
      temperatureAt({ step: 0, progress }, { ...objective, startTemperature: 3 });
    expect(at(0)).toBe(3);
    expect(at(0.1)).toBeCloseTo(1 + 2 / Math.E, 12);
    expect(at(0.2)).toBeCloseTo(1 + 2 / Math.E ** 2, 12);
    expect(at(1)).toBeCloseTo(1, 3);
  });

  it('reaches the step as an input: the hotter, the nearer to uniform', async () => {
    const model = tinyModel('frozen-annealed', {
      positions: 'relative-bias',
      outputBias: 'unigram',
      initialStd: 0.01,
    });
    const { compiled } = await compileStep(onnx, model);
    // At temperature 0+ every draw is the commonest token, whatever the noise; the loss then differs from a hot one's.
    const lossAt = async (temperature: number) => {
      compiled.inputs.temperature!.fill(temperature);
      await compiled.run();
      return lossesOf(compiled).rtdLoss!;
    };
    expect(await lossAt(1e-3)).not.toBe(await lossAt(1e3));
    await compiled.dispose();
  });
});

describe('a frozen-annealed configuration', () => {
  it('needs the run whose generator it takes', () => {
    const resolve = () => resolveConfig('smoke', { set: ['regime=frozen-annealed'], known, presetsFolder });
    expect(resolve).toThrow(
      'generator.checkpoint: expected the folder of a finished run whose masked language model is the generator, got nothing; ' +
        'train one first, such as `electra-lab run quick --set regime=bert`',
    );
  });

  it('has a temperature above 0', () => {
    const resolve = () => resolveConfig('smoke', { set: ['objective.temperature=0'], known, presetsFolder });
    expect(resolve).toThrow('objective.temperature: expected a number above 0, got 0');
  });
});
