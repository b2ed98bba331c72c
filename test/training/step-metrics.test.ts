import { describe, expect, it } from 'vitest';
import { gradientNormsOf } from '../../src/training/step-metrics.ts';

describe('gradient norms as metrics', () => {
  it('name the networks where more than one is trained', () => {
    const norms = { total: 5, byNetwork: { discriminator: 3, generator: 4 } };
    expect(gradientNormsOf(norms)).toEqual([
      { name: 'train_gradient_norm', value: 5 },
      { name: 'train_gradient_norm_discriminator', value: 3 },
      { name: 'train_gradient_norm_generator', value: 4 },
    ]);
  });

  it('are one where one network is trained', () => {
    expect(gradientNormsOf({ total: 5, byNetwork: { bert: 5 } })).toEqual([
      { name: 'train_gradient_norm', value: 5 },
    ]);
  });
});
