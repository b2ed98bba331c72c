/** The joint step of a preset on random batches, as the benchmarks here run it, and the same sizes for PyTorch. */
import { known, presetsFolder } from '../src/commands/command.ts';
import { resolveConfig } from '../src/config/resolve.ts';
import type { RunConfig } from '../src/config/schema.ts';
import type { Engine } from '../src/engine/program.ts';
import { createParameterStore, initialiseParameters } from '../src/optim/parameter-store.ts';
import { regimeNamed } from '../src/regimes/registry.ts';
import { randomBatches, type TokenFrequencies } from '../src/training/random-batches.ts';
import { createTimedStep } from '../src/training/timed-step.ts';

/** @param set `key=value`, as the commands take them */
export function configOf(preset: string, set: readonly string[] = []): RunConfig {
  return resolveConfig(preset, { set: ['regime=joint', ...set], known, presetsFolder });
}

interface JointStepOptions {
  config: RunConfig;
  engine: Engine;
  frequencies?: TokenFrequencies;
  learningRateAt?(step: number): number;
}

/** Compiled, with fresh weights. */
export async function openJointStep({
  config,
  engine,
  frequencies,
  learningRateAt = () => 1e-4,
}: JointStepOptions) {
  const vocabulary = config.data.vocabularySize;
  const regime = regimeNamed('joint');
  const plans = regime.networks({ ...config.model, vocabulary }, config);
  const store = createParameterStore(plans);
  initialiseParameters(store, 0, new Uint32Array(vocabulary).fill(1));
  const [stage, fill] = [regime.stages[0], randomBatches(config, frequencies)];
  const step = await createTimedStep({ config, stage, plans, store, engine, fill, learningRateAt });
  return { ...step, store };
}

/** The sizes of a configuration, spelt as the flags of pytorch_joint_step.py. */
export function pytorchFlags({ model, data, training, generator, optimiser }: RunConfig): string[] {
  const flags: Record<string, string | number> = {
    vocabulary: data.vocabularySize,
    hidden: model.hidden,
    layers: model.layers,
    heads: model.heads,
    'feed-forward': model.feedForward,
    embedding: model.embedding,
    'generator-fraction': generator.size,
    length: data.sequenceLength,
    batch: training.batchSize,
    positions: model.positions,
    'max-distance': model.relativeDistance,
    dropout: model.dropout,
    'attention-dropout': model.attentionDropout,
    beta2: optimiser.beta2,
  };
  return Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]);
}
