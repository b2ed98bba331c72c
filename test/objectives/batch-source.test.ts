import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/base/random.ts';
import type { CompiledProgram } from '../../src/engine/program.ts';
import { sizeOf } from '../../src/engine/program.ts';
import { batchInputs, batchShape } from '../../src/objectives/batch.ts';
import { createBatchSource, fillNoise, maskingOptions } from '../../src/objectives/batch-source.ts';
import { tokenIdsOf } from '../helpers/examples.ts';
import { tinyConfig } from '../helpers/tiny-model.ts';
import { toyData } from '../helpers/toy-data.ts';

const { train, vocabulary } = toyData();
const masking = { fraction: 0.15, style: 'all-mask', withReplacement: false } as const;
const shape = batchShape(4, train.sequenceLength, masking.fraction);

function emptyInputs(): CompiledProgram['inputs'] {
  return Object.fromEntries(
    Object.entries(batchInputs(shape)).map(([name, spec]) => {
      const size = sizeOf(spec.shape);
      return [name, spec.dtype === 'float32' ? new Float32Array(size) : new Int32Array(size)];
    }),
  );
}

function batchAt(step: number, seed = 1): CompiledProgram['inputs'] {
  const inputs = emptyInputs();
  createBatchSource({ train, vocabulary }, masking, shape.B, seed).fill(step, inputs);
  return inputs;
}

describe('a batch source', () => {
  it('is a function of seed and step, not of the steps before', () => {
    const source = createBatchSource({ train, vocabulary }, masking, shape.B, 1);
    const inputs = emptyInputs();
    for (let step = 0; step <= 9; step++) source.fill(step, inputs);
    expect(inputs).toEqual(batchAt(9));
    expect(inputs).not.toEqual(batchAt(9, 2));
    expect(inputs).not.toEqual(batchAt(8));
  });

  it('shows each example once an epoch, in another order each time', () => {
    const source = createBatchSource({ train, vocabulary }, masking, 1, 1);
    const inputs = Object.fromEntries(
      Object.entries(emptyInputs()).map(([name, array]) => [name, array.slice(0, array.length / shape.B)]),
    );
    const epochs = [0, 1].map((epoch) =>
      Array.from({ length: train.count }, (_, i) => {
        source.fill(epoch * train.count + i, inputs);
        return inputs.tokenIds!.join(' ');
      }),
    );
    const all = Array.from({ length: train.count }, (_, row) =>
      tokenIdsOf(train)
        .slice(row * train.sequenceLength, (row + 1) * train.sequenceLength)
        .join(' '),
    );
    for (const epoch of epochs) expect([...epoch].sort()).toEqual([...all].sort());
    expect(epochs[0]).not.toEqual(epochs[1]);
  });

  it('marks segments and padding, and counts the tokens that are not padding', () => {
    const inputs = emptyInputs();
    const tokens = createBatchSource({ train, vocabulary }, masking, shape.B, 1).fill(0, inputs);
    const { tokenIds, segmentIds, attentionMask } = inputs;
    expect([...attentionMask!].filter((value) => value === 1).length).toBe(tokens);
    for (let at = 0; at < tokenIds!.length; at++) {
      expect(attentionMask![at]).toBe(tokenIds![at] === vocabulary.padId ? 0 : 1);
      if (segmentIds![at] === 1) expect(attentionMask![at]).toBe(1);
      // The second segment begins after the first [SEP].
      if (at > 0 && segmentIds![at]! > segmentIds![at - 1]!) expect(tokenIds![at - 1]).toBe(vocabulary.sepId);
    }
  });
});

describe('noise', () => {
  const noise = [
    { name: 'sampling', shape: [1000], dtype: 'float32' },
    { name: 'dropout', shape: [20_000], dtype: 'float32', rate: 0.25 },
  ] as const;
  const draw = (seed: number) => {
    const inputs = { sampling: new Float32Array(1000), dropout: new Float32Array(20_000) };
    fillNoise(noise, inputs, new RandomStream(seed));
    return inputs;
  };

  it('is a function of its stream', () => {
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });

  it('is uniform inside (0, 1), or 0 at the rate of dropout and 1 / (1 − rate) elsewhere', () => {
    const { sampling, dropout } = draw(1);
    expect(sampling.every((value) => value > 0 && value < 1)).toBe(true);
    expect(new Set(dropout)).toEqual(new Set([0, Math.fround(1 / 0.75)]));
    const dropped = dropout.filter((value) => value === 0).length / dropout.length;
    expect(Math.abs(dropped - 0.25)).toBeLessThan(5 * Math.sqrt((0.25 * 0.75) / dropout.length));
  });
});

describe('the masking of a run', () => {
  const { objective } = tinyConfig('joint');

  it('is its regime’s, unless the configuration names one', () => {
    expect(maskingOptions(objective, 'bert-80-10-10').style).toBe('bert-80-10-10');
    expect(maskingOptions({ ...objective, maskingStyle: 'reference-85-15' }, 'all-mask')).toEqual({
      fraction: 0.15,
      style: 'reference-85-15',
      withReplacement: false,
    });
  });
});
