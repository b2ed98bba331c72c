/** Batches of random tokens, full and masked: what a step costs does not depend on what the text says. */
import { RandomStream } from '../base/random.ts';
import type { RunConfig } from '../config/schema.ts';
import type { CompiledProgram } from '../engine/program.ts';
import { type BatchShape, batchShape } from '../objectives/batch.ts';
import { fillNoise } from '../objectives/batch-source.ts';
import { type MaskedArrays, maskBatch } from '../objectives/masking.ts';

type Inputs = Pick<CompiledProgram, 'inputs' | 'noise'>;

/** BERT's special tokens come first. */
const [clsId, maskId, firstWord] = [2, 4, 5];

/** How often tokens occur: all alike, or the k-th in proportion to ln(1 + 1 / k), about Zipf's law, from which there is
 * something to learn. */
export type TokenFrequencies = 'uniform' | 'zipf';

/** @returns what writes the batch and the noise of a step; the tokens that it wrote */
export function randomBatches(
  config: RunConfig,
  frequencies: TokenFrequencies = 'uniform',
): (step: number, program: Inputs) => number {
  const { training, data, objective } = config;
  const shape = batchShape(training.batchSize, data.sequenceLength, objective.maskFraction);
  return (step, { inputs, noise }) => {
    fillTokens(shape, data.vocabularySize, inputs, new RandomStream('bench', 'tokens', step), {
      fraction: objective.maskFraction,
      frequencies,
    });
    fillNoise(noise, inputs, new RandomStream('bench', step));
    return shape.B * shape.L;
  };
}

function fillTokens(
  { B, L }: BatchShape,
  vocabulary: number,
  inputs: CompiledProgram['inputs'],
  random: RandomStream,
  { fraction, frequencies }: { fraction: number; frequencies: TokenFrequencies },
): void {
  const words = vocabulary - firstWord;
  const word = () =>
    frequencies === 'uniform' ? random.integer(words) : Math.floor((words + 1) ** random.uniform()) - 1;
  const tokenIds = inputs.tokenIds as Int32Array;
  for (let i = 0; i < tokenIds.length; i++) tokenIds[i] = i % L === 0 ? clsId : firstWord + word();
  inputs.segmentIds!.fill(0);
  inputs.attentionMask!.fill(1);
  const masking = { fraction, style: 'all-mask', withReplacement: false } as const;
  const special = { size: vocabulary, maskId, isSpecial: (id: number) => id < firstWord };
  const lengths = new Int32Array(B).fill(L);
  maskBatch(tokenIds, lengths, inputs as unknown as MaskedArrays, special, masking, random);
}
