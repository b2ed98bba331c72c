/** The joint step of a preset, with weights and random batches, as the benchmarks here run it. */
import { RandomStream } from '../src/base/random.ts';
import { known, presetsFolder } from '../src/commands/command.ts';
import { resolveConfig } from '../src/config/resolve.ts';
import type { RunConfig } from '../src/config/schema.ts';
import type { CompiledProgram } from '../src/engine/program.ts';
import { type BatchShape, batchShape } from '../src/objectives/batch.ts';
import { fillNoise } from '../src/objectives/batch-source.ts';
import { maskBatch } from '../src/objectives/masking.ts';
import {
  createParameterStore,
  initialiseParameters,
  underPrefix,
  viewsOf,
} from '../src/optim/parameter-store.ts';
import { regimeNamed } from '../src/regimes/registry.ts';
import { stepProgram } from '../src/training/step-program.ts';

const specialTokens = 5;

/** `memory` binds weights and gradients; `fill` writes the batch and the noise of a step. */
export function jointProgram(preset: string) {
  const config = resolveConfig(preset, { known, presetsFolder });
  const shape = batchShape(
    config.training.batchSize,
    config.data.sequenceLength,
    config.objective.maskFraction,
  );
  const vocabulary = config.data.vocabularySize;
  const regime = regimeNamed('joint');
  const plans = regime.networks({ ...config.model, vocabulary }, config);
  const store = createParameterStore(plans);
  initialiseParameters(store, 0, new Uint32Array(vocabulary).fill(1));
  const gradients = new Float32Array(store.values.length);
  const memory = {
    ...underPrefix('weights', viewsOf(store.values, store.parameters)),
    ...underPrefix('gradients', viewsOf(gradients, store.parameters)),
  };
  const fill = (step: number, { inputs, noise }: Pick<CompiledProgram, 'inputs' | 'noise'>) => {
    fillRandomBatch(step, shape, vocabulary, inputs, config);
    fillNoise(noise, inputs, new RandomStream('bench', step));
  };
  const program = stepProgram(regime.stages[0]!, plans, shape, config.objective);
  return { config, shape, program, store, gradients, memory, fill };
}

function fillRandomBatch(
  step: number,
  { B, L }: BatchShape,
  vocabulary: number,
  inputs: CompiledProgram['inputs'],
  { objective }: RunConfig,
): void {
  const random = new RandomStream('bench', 'tokens', step);
  const tokenIds = inputs.tokenIds as Int32Array;
  for (let i = 0; i < tokenIds.length; i++) {
    tokenIds[i] = i % L === 0 ? 2 : specialTokens + random.integer(vocabulary - specialTokens);
  }
  inputs.attentionMask!.fill(1);
  const masking = { fraction: objective.maskFraction, style: 'all-mask', withReplacement: false } as const;
  const special = { size: vocabulary, maskId: 4, isSpecial: (id: number) => id < specialTokens };
  const arrays = inputs as unknown as Parameters<typeof maskBatch>[2];
  maskBatch(tokenIds, new Int32Array(B).fill(L), arrays, special, masking, random);
}
