import { describe, expect, it } from 'vitest';
import { assertPretrained } from '../../../src/downstream/finetune/assert-pretrained.ts';
import { jitter, tinyModel, tinyTokenCounts } from '../../helpers/tiny-model.ts';

describe('an encoder', () => {
  const fresh = () => {
    const { plans, store } = tinyModel('joint'); // seed 1
    return { plan: plans.find(({ name }) => name === 'discriminator')!, store };
  };

  it('fresh from its seed is refused', () => {
    expect(() => assertPretrained(fresh(), 1, tinyTokenCounts)).toThrow(
      'discriminator/embeddings.token: expected pre-trained weights, got "freshly initialised ones"; its checkpoint was not loaded, or training changed nothing; train it first',
    );
  });

  it('that moved is accepted', () => {
    const model = fresh();
    jitter(model.store, 1e-4);
    assertPretrained(model, 1, tinyTokenCounts);
  });

  it('of which one table was not loaded is refused by its name', () => {
    const model = fresh();
    const key = 'discriminator/layer.1.feedForward.inner.weights';
    const before = model.store.value(key).slice();
    jitter(model.store);
    model.store.value(key).set(before);
    expect(() => assertPretrained(model, 1, tinyTokenCounts)).toThrow(`${key}: expected pre-trained weights`);
  });
});
