import { describe, expect, it } from 'vitest';
import { batchInputs, batchShape } from '../../src/objectives/batch.ts';
import { randomBatches, type TokenFrequencies } from '../../src/training/random-batches.ts';
import { tinyConfig } from '../helpers/tiny-model.ts';

const config = tinyConfig('joint');
const { batchSize: B } = config.training;
const { sequenceLength: L, vocabularySize: V } = config.data;
const shape = batchShape(B, L, config.objective.maskFraction);

function batch(step: number, frequencies?: TokenFrequencies) {
  const inputs = Object.fromEntries(
    Object.entries(batchInputs(shape)).map(([name, { shape, dtype }]) => {
      const size = shape.reduce((product, n) => product * n, 1);
      return [name, dtype === 'int32' ? new Int32Array(size) : new Float32Array(size)];
    }),
  );
  const tokens = randomBatches(config, frequencies)(step, { inputs, noise: [] });
  return { inputs, tokens };
}

describe('random batches', () => {
  it('are full: every token is counted and every slot used', () => {
    const { inputs, tokens } = batch(0);
    expect(tokens).toBe(B * L);
    expect(inputs.attentionMask!.every((value) => value === 1)).toBe(true);
    expect(inputs.maskedWeights!.every((value) => value === 1)).toBe(true);
    expect(new Set(inputs.maskedPositions).size).toBe(shape.N);
  });

  it('are functions of the step', () => {
    expect(batch(3).inputs).toEqual(batch(3).inputs);
    expect(batch(3).inputs.tokenIds).not.toEqual(batch(4).inputs.tokenIds);
  });

  it.each<TokenFrequencies>(['uniform', 'zipf'])('hold words of the vocabulary only: %s', (frequencies) => {
    const words = batch(0, frequencies).inputs.tokenIds!.filter((_, i) => i % L !== 0);
    expect(words.every((id) => id >= 5 && id < V)).toBe(true);
  });

  it('repeat the first word of n in 1 / log2(n + 1) of the places under Zipf', () => {
    const words = batch(0, 'zipf').inputs.tokenIds!.filter((_, i) => i % L !== 0);
    const share = words.filter((id) => id === 5).length / words.length;
    expect(share).toBeCloseTo(1 / Math.log2(V - 5 + 1), 1);
  });
});
