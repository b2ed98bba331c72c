import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { presetNames, resolveConfig } from '../../src/config/resolve.ts';
import { known } from './scratch.ts';

const presetsFolder = join(import.meta.dirname, '../../configs');
const preset = (name: string) => resolveConfig(name, { known, presetsFolder });

describe('every preset', () => {
  it('is one of these', () => {
    expect(presetNames(presetsFolder)).toEqual([
      'bert-small',
      'electra-base',
      'electra-large',
      'electra-small',
      'laptop',
      'quick',
      'smoke',
    ]);
  });

  it.each(presetNames(presetsFolder))('%s resolves, is called by its file, and names its schema', (name) => {
    expect(preset(name).name).toBe(name);
    const [first] = readFileSync(join(presetsFolder, `${name}.yaml`), 'utf8').split('\n');
    expect(first).toBe('# yaml-language-server: $schema=schema.json');
  });
});

describe('the paper’s presets', () => {
  // Layers, hidden, feed-forward, heads, embedding, generator's width, mask, learning rate, batch, length, steps.
  it.each([
    ['electra-small', [12, 256, 1024, 4, 128, 64, 0.15, 5e-4, 128, 128, 1_000_000]],
    ['bert-small', [12, 256, 1024, 4, 128, 64, 0.15, 5e-4, 128, 128, 1_450_000]],
    ['electra-base', [12, 768, 3072, 12, 768, 256, 0.15, 2e-4, 256, 512, 766_000]],
    ['electra-large', [24, 1024, 4096, 16, 1024, 256, 0.25, 2e-4, 2048, 512, 400_000]],
  ])('%s has the values of Table 6', (name, table) => {
    const { model, generator, objective, optimiser, training, data } = preset(name);
    expect([
      model.layers,
      model.hidden,
      model.feedForward,
      model.heads,
      model.embedding,
      model.hidden * generator.size,
      objective.maskFraction,
      optimiser.learningRate,
      training.batchSize,
      data.sequenceLength,
      training.steps,
    ]).toEqual(table);
    expect(optimiser).toMatchObject({
      warmupSteps: 10_000,
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-6,
      weightDecay: 0.01,
    });
    expect(model).toMatchObject({
      dropout: 0.1,
      attentionDropout: 0.1,
      positions: 'absolute',
      initialStd: 0.02,
    });
    expect(data.vocabularySize).toBe(30_522);
    expect(objective.discriminatorWeight).toBe(50);
  });

  it.each([
    ['electra-small', 3e-4, 0.8],
    ['electra-base', 1e-4, 0.8],
    ['electra-large', 5e-5, 0.9],
  ])('%s fine-tunes as Table 7', (name, learningRate, layerDecay) => {
    expect(preset(name).finetune).toMatchObject({ learningRate, layerDecay, weightDecay: 0, batchSize: 32 });
  });

  it('differ between BERT and ELECTRA in the regime and the steps alone', () => {
    const { name, regime, training, ...electra } = preset('electra-small');
    expect(preset('bert-small')).toEqual({
      ...electra,
      name: 'bert-small',
      regime: 'bert',
      training: { ...training, steps: 1_450_000 },
    });
  });
});
