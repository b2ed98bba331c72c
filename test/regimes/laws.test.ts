/** What every regime must keep. A new regime is judged by these without a line being added. */
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/base/random.ts';
import { fillNoise } from '../../src/objectives/batch-source.ts';
import type { Regime, Stage } from '../../src/regimes/regime.ts';
import { regimeNamed, regimeNames } from '../../src/regimes/registry.ts';
import { openTrainingStep } from '../../src/training/training-step.ts';
import { onnx } from '../helpers/engines.ts';
import { fillTinyBatch, lossesOf, type TinyModel, tinyModel, tinyShape } from '../helpers/tiny-model.ts';

const lively = { positions: 'relative-bias', dropout: 0.1, attentionDropout: 0.1 } as const;
const optimiser = { beta2: 0.98, weightDecay: 0, biasCorrection: true };

interface Training {
  steps: number;
  learningRate: number;
  /** A new batch each step, or one that is repeated. */
  repeatsBatch: boolean;
}

/** Trains one stage by the trainer's own step, its schedules from their beginning to their end. @returns the losses of each step */
async function train(model: TinyModel, stage: number, { steps, learningRate, repeatsBatch }: Training) {
  const { plans, store, regime } = model;
  const training = { ...model.config.training, batchSize: tinyShape.B };
  const config = { ...model.config, training, optimiser: { ...model.config.optimiser, ...optimiser } };
  const step = await openTrainingStep({
    config,
    stage: regime.stages[stage]!,
    plans,
    store,
    engine: onnx,
    fill(index, { inputs, noise }) {
      fillTinyBatch(inputs, model, tinyShape, repeatsBatch ? 1 : index);
      fillNoise(noise, inputs, new RandomStream('noise', index));
      return 0;
    },
  });
  const history: Record<string, number>[] = [];
  for (let index = 0; index < steps; index++) {
    await step.take({ index, step: index, progress: index / steps, learningRate, update: index + 1 });
    history.push(lossesOf(step.program));
  }
  await step.program.dispose();
  return history;
}

const stagesOf = ({ name, stages }: Regime) =>
  stages.map((stage: Stage, index) => ({ regime: name, stage: stage.name, index, trains: stage.trains }));
const cases = regimeNames.flatMap((name) => stagesOf(regimeNamed(name)));
const few: Training = { steps: 3, learningRate: 1e-3, repeatsBatch: false };

describe.each(cases)('$regime, stage $stage', ({ regime, index, trains }) => {
  it('gives the same losses and weights for the same seed', async () => {
    const [one, other] = [tinyModel(regime, lively), tinyModel(regime, lively)];
    expect(await train(one, index, few)).toEqual(await train(other, index, few));
    expect(one.store.values).toEqual(other.store.values);
  });

  it('has finite losses, the first of which is the one that is minimised', async () => {
    const history = await train(tinyModel(regime, lively), index, few);
    for (const losses of history) {
      expect(Object.keys(losses)[0]).toBe('loss');
      for (const [name, value] of Object.entries(losses)) expect(Number.isFinite(value), name).toBe(true);
    }
  });

  it('moves every weight of the networks that it trains, and no other by anything', async () => {
    const model = tinyModel(regime, lively);
    const before = model.store.values.slice();
    await train(model, index, few);
    for (const { key, network, start, end } of model.store.parameters) {
      let largest = 0;
      for (let i = start; i < end; i++) {
        largest = Math.max(largest, Math.abs(model.store.values[i]! - before[i]!));
      }
      if (trains.some((name) => name === network)) expect(largest, key).toBeGreaterThan(0);
      else expect(largest, key).toBe(0);
    }
  });

  it('learns a batch by heart: its loss falls', async () => {
    const model = tinyModel(regime, { positions: 'relative-bias' });
    const history = await train(model, index, { steps: 400, learningRate: 1e-2, repeatsBatch: true });
    const mean = (from: number, to: number) =>
      history.slice(from, to).reduce((sum, { loss }) => sum + loss!, 0) / (to - from);
    expect(mean(390, 400)).toBeLessThan(0.7 * mean(0, 5));
  });
});

describe.each(regimeNames)('%s', (name) => {
  const { regime, plans } = tinyModel(name);
  const networks = plans.map((plan) => plan.name);

  it('names only networks that it has', () => {
    const named = [regime.predictor, regime.encoder, ...(regime.detector ? [regime.detector] : [])];
    for (const network of [...named, ...regime.stages.flatMap(({ trains }) => trains)]) {
      expect(networks).toContain(network);
    }
  });

  it('trains each of its networks in some stage, but for one that was trained before', () => {
    const trained = regime.stages.flatMap(({ trains }) => trains);
    expect(new Set([...trained, ...(regime.pretrained ? [regime.pretrained] : [])])).toEqual(
      new Set(networks),
    );
  });

  it('lends weights only of networks that it has, in the shape in which they are borrowed', () => {
    for (const { borrows, parameters } of plans) {
      const owner = plans.find((plan) => plan.name === borrows?.from);
      for (const parameter of borrows?.names ?? []) {
        const shapeIn = (specs: typeof parameters) => specs.find((spec) => spec.name === parameter)!.shape;
        expect(shapeIn(owner!.parameters)).toEqual(shapeIn(parameters));
      }
    }
  });

  it('is found by its name', () => {
    expect(regimeNamed(name)).toBe(regime);
  });
});

describe('the registry', () => {
  it('says which regimes there are when asked for another', () => {
    expect(() => regimeNamed('gan')).toThrow(`regime: expected one of ${regimeNames.join(', ')}, got "gan"`);
  });
});
