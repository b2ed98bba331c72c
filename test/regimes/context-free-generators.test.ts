import { describe, expect, it } from 'vitest';
import { known, presetsFolder } from '../../src/commands/command.ts';
import { resolveConfig } from '../../src/config/resolve.ts';
import { onnx } from '../helpers/engines.ts';
import { compileStep, lossesOf, tinyModel, tinyTokenCounts } from '../helpers/tiny-model.ts';

const total = tinyTokenCounts.reduce((a, b) => a + b);
const occurring = tinyTokenCounts.filter((count) => count > 0).length;

describe.each([
  ['unigram', (id: number) => tinyTokenCounts[id]! / total],
  ['uniform', (id: number) => (tinyTokenCounts[id]! > 0 ? 1 / occurring : 0)],
] as const)('a %s generator', (kind, probabilityOf) => {
  const compile = () => compileStep(onnx, tinyModel('joint', { positions: 'relative-bias' }, { kind }));

  it('predicts each masked token with the probability that its kind says', async () => {
    const { compiled } = await compile();
    await compiled.run();
    const { tokenIds, maskedPositions, maskedWeights } = compiled.inputs;
    const targets = [...maskedPositions!]
      .map((at) => tokenIds![at]!)
      .filter((_, n) => maskedWeights![n] === 1);
    const expected = targets.reduce((sum, id) => sum - Math.log(probabilityOf(id)), 0) / targets.length;
    expect(lossesOf(compiled).mlmLoss).toBeCloseTo(expected, 4);
    await compiled.dispose();
  });

  it('has no gradient, while the discriminator has one for every weight', async () => {
    const { compiled } = await compile();
    await compiled.run();
    const gradients = Object.keys(compiled.outputs).filter((name) => name.startsWith('gradients/'));
    expect(gradients.length).toBeGreaterThan(20);
    for (const name of gradients) {
      expect(name).toMatch(/^gradients\/discriminator\//);
      expect(
        compiled.outputs[name]!.some((value) => value !== 0),
        name,
      ).toBe(true);
    }
    await compiled.dispose();
  });

  it.each(['adversarial', 'two-stage', 'frozen-annealed', 'gumbel-adversarial'])(
    'is refused by %s',
    (regime) => {
      const set = [`regime=${regime}`, `generator.kind=${kind}`];
      expect(() => resolveConfig('smoke', { set, known, presetsFolder })).toThrow(
        `generator.kind: expected network, as the generator of ${regime} learns, got "${kind}"; joint takes the others`,
      );
    },
  );
});
