/**
 * Models small enough for tests: sizes, configuration, weights, and batches with two segments and padding.
 *
 * `tinyModel('joint')` is a regime with its networks and weights; `compileStep` binds it to an engine;
 * `fillTinyBatch` and `fillNoise` give one step its data.
 */
import { RandomStream } from '../../src/base/random.ts';
import { type GeneratorConfig, type RunConfig, runConfigSchema } from '../../src/config/schema.ts';
import type { CompiledProgram, Engine, HostArray, Program } from '../../src/engine/program.ts';
import type { NetworkPlan } from '../../src/model/network.ts';
import type { EncoderSizes } from '../../src/model/sizes.ts';
import { type BatchShape, batchShape } from '../../src/objectives/batch.ts';
import { fillNoise } from '../../src/objectives/batch-source.ts';
import { type MaskedArrays, type MaskingVocabulary, maskBatch } from '../../src/objectives/masking.ts';
import {
  createParameterStore,
  initialiseParameters,
  type ParameterStore,
  underPrefix,
  viewsOf,
} from '../../src/optim/parameter-store.ts';
import type { Moments } from '../../src/optim/update-kernel.ts';
import type { Regime } from '../../src/regimes/regime.ts';
import { regimeNamed, regimeNames } from '../../src/regimes/registry.ts';
import { fillSchedules, stepProgram } from '../../src/training/step-program.ts';

/** Every width differs from every other, so that a swapped pair of dimensions cannot go unnoticed. */
const sizes: EncoderSizes = {
  layers: 2,
  hidden: 16,
  heads: 2,
  feedForward: 24,
  embedding: 6,
  vocabulary: 40,
  positions: 'absolute',
  maxPositions: 20,
  relativeDistance: 4,
  relativeScale: 10,
  relativeStart: 0,
  outputBias: 'zeros',
  dropout: 0,
  attentionDropout: 0,
  initialStd: 0.3,
};

export function tinySizes(changes: Partial<EncoderSizes> = {}): EncoderSizes {
  return { ...sizes, ...changes };
}

/** Ids 0 to 4 are special: [PAD] 0, [CLS] 2, [SEP] 3, [MASK] 4. */
export const tinyVocabulary: MaskingVocabulary = {
  size: sizes.vocabulary,
  maskId: 4,
  isSpecial: (id) => id < 5,
};
const [padId, clsId, sepId, firstWord] = [0, 2, 3, 5];

/** The defaults of the schema around a tiny model, with a generator of half its width where the regime allows it. */
export function tinyConfig(
  regime: string,
  changes: Partial<EncoderSizes> = {},
  generator: Partial<GeneratorConfig> = {},
): RunConfig {
  const { vocabulary: _, ...model } = tinySizes(changes);
  return runConfigSchema({ regimes: regimeNames, corpora: ['gutenberg', 'sotu', 'brown'], tasks: [] }).parse({
    name: 'tiny',
    regime,
    model,
    data: { sequenceLength: 16 },
    // Two-stage copies one network into the other; a frozen generator would come from somewhere.
    generator: { size: regime === 'two-stage' ? 1 : 0.5, checkpoint: 'runs/none', ...generator },
  });
}

/** How often each token occurs in the training text that there is not: the k-th word 60 / k times. */
export const tinyTokenCounts = Uint32Array.from({ length: sizes.vocabulary }, (_, id) =>
  id < firstWord ? 0 : Math.round(60 / (id - firstWord + 1)),
);

export interface TinyModel {
  regime: Regime;
  config: RunConfig;
  sizes: EncoderSizes;
  plans: NetworkPlan[];
  store: ParameterStore;
}

/** @param changes to the discriminator's (or BERT's) sizes, e.g. `{ positions: 'relative-bias' }` */
export function tinyModel(
  regimeName: string,
  changes: Partial<EncoderSizes> = {},
  generator: Partial<GeneratorConfig> = {},
): TinyModel {
  const regime = regimeNamed(regimeName);
  const config = tinyConfig(regimeName, changes, generator);
  const plans = regime.networks(tinySizes(changes), config);
  const store = createParameterStore(plans);
  initialiseParameters(store, 1, tinyTokenCounts);
  return { regime, config, sizes: tinySizes(changes), plans, store };
}

/** Moves every weight off its initial value, so that zeros and ones hide no mistake. */
export function jitter({ values }: ParameterStore, amount = 0.1): void {
  const random = new RandomStream('jitter');
  for (let i = 0; i < values.length; i++) values[i]! += amount * random.truncatedNormal();
}

/** Three sequences of 16: a full one, one of 10 tokens in two segments, and one of 7. */
export const tinyShape: BatchShape = batchShape(3, 16, 0.15);
const tinyLengths = [16, 10, 7];

/** Fills the batch inputs of a program; other inputs are left alone. */
export function fillTinyBatch(
  inputs: CompiledProgram['inputs'],
  { regime }: Pick<TinyModel, 'regime'>,
  { B, L }: BatchShape = tinyShape,
  seed: number | string = 1,
): void {
  const random = new RandomStream('tiny batch', seed);
  const { tokenIds, segmentIds, attentionMask } = inputs as Record<string, HostArray>;
  const lengths = Int32Array.from({ length: B }, (_, b) => Math.min(L, tinyLengths[b % tinyLengths.length]!));
  for (let b = 0; b < B; b++) {
    const [n, row] = [lengths[b]!, b * L];
    const middle = Math.floor(n / 2);
    for (let i = 0; i < L; i++) {
      tokenIds![row + i] = i < n ? firstWord + random.integer(sizes.vocabulary - firstWord) : padId;
      segmentIds![row + i] = i > middle && i < n ? 1 : 0;
      attentionMask![row + i] = i < n ? 1 : 0;
    }
    tokenIds![row] = clsId;
    tokenIds![row + middle] = sepId;
    tokenIds![row + n - 1] = sepId;
  }
  const options = { fraction: 0.15, style: regime.masking, withReplacement: false };
  const arrays = inputs as unknown as MaskedArrays;
  maskBatch(tokenIds as Int32Array, lengths, arrays, tinyVocabulary, options, random.split('masking'));
}

export interface TinyStep {
  program: Program;
  compiled: CompiledProgram;
  /** Laid out like the store's values. */
  gradients: Float32Array;
  /** Draws all noise anew from a seed. */
  drawNoise(seed: number | string): void;
}

/** One stage's step with weights and gradients bound, and a batch and noise filled in. */
export async function compileStep(
  engine: Engine,
  model: TinyModel,
  { stage = 0, shape = tinyShape }: { stage?: number; shape?: BatchShape } = {},
): Promise<TinyStep> {
  const program = stepProgram(model.regime.stages[stage]!, model.plans, shape, model.config.objective);
  const gradients = new Float32Array(model.store.values.length);
  const memory = {
    ...weightMemory(model.store),
    ...underPrefix('gradients', viewsOf(gradients, model.store.parameters)),
  };
  const compiled = await engine.compile(program, memory);
  const drawNoise = (seed: number | string) =>
    fillNoise(compiled.noise, compiled.inputs, new RandomStream('noise', seed));
  fillTinyBatch(compiled.inputs, model, shape);
  fillSchedules(program, { step: 0, progress: 0.5 }, compiled.inputs);
  drawNoise(1);
  return { program, compiled, gradients, drawNoise };
}

export function zeroMoments(size: number): Moments {
  return { first: new Float32Array(size), second: new Float32Array(size) };
}

/** The store's arrays under the names that programs know them by. */
export function weightMemory({ values, parameters }: ParameterStore): Record<string, HostArray> {
  return underPrefix('weights', viewsOf(values, parameters));
}

/** The scalar outputs of a step, by name. */
export function lossesOf({ outputs }: CompiledProgram): Record<string, number> {
  return Object.fromEntries(
    Object.entries(outputs)
      .filter(([name]) => !name.startsWith('gradients/'))
      .map(([name, array]) => [name, array[0]!]),
  );
}
