import { describe, expect, it } from 'vitest';
import { sizeOf } from '../../src/engine/program.ts';
import { hubConfig } from '../../src/exchange/hub-config.ts';
import { architectureOf, fromHub, hubWeights, obstacleOf, toHub } from '../../src/exchange/hugging-face.ts';
import type { NetworkPlan } from '../../src/model/network.ts';
import { discriminatorPlan, maskedLmPlan } from '../../src/model/plans.ts';
import { tinyModel, tinySizes } from '../helpers/tiny-model.ts';

const narrow = tinySizes(); // embeddings of 6, states of 16
const wide = tinySizes({ embedding: 16 });
const plans: [string, NetworkPlan][] = [
  ['ElectraForPreTraining', discriminatorPlan(narrow)],
  ['ElectraForPreTraining', discriminatorPlan(wide)],
  ['ElectraForMaskedLM', maskedLmPlan('generator', narrow)],
  ['ElectraForMaskedLM', maskedLmPlan('generator', wide)],
  ['BertForMaskedLM', maskedLmPlan('bert', wide)],
];

describe('weights in a Hugging Face checkpoint', () => {
  it.each(plans)('hold every number of a network once and no other: %s', (architecture, plan) => {
    expect(architectureOf(plan)).toBe(architecture);
    const weights = hubWeights(architectureOf(plan), plan.sizes);
    expect(new Set(weights.map(({ name }) => name)).size).toBe(weights.length);
    for (const { name, shape } of plan.parameters) {
      const parts = weights.filter(({ ours }) => ours === name);
      expect(parts.reduce((sum, part) => sum + sizeOf(part.shape), 0)).toBe(sizeOf(shape));
      const values = Float32Array.from({ length: sizeOf(shape) }, (_, i) => i + 1);
      const back = new Float32Array(values.length);
      for (const part of parts) fromHub(part, toHub(part, values), back);
      expect(back).toEqual(values);
    }
    const known = plan.parameters.map(({ name }) => name);
    expect(weights.filter(({ ours }) => !known.includes(ours))).toEqual([]);
  });

  it('are transposed where ours are [from, to], and not where ours are rows of a table', () => {
    const dense = { name: 'dense', shape: [3, 2], ours: 'x.weights' };
    const rows = { name: 'table', shape: [3, 2], ours: 'embeddings.token' };
    const ours = Float32Array.of(1, 2, 3, 4, 5, 6); // [2, 3] of the dense layer, [3, 2] of the table
    expect([...toHub(dense, ours).values]).toEqual([1, 4, 2, 5, 3, 6]);
    expect([...toHub(rows, ours).values]).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('split the joined weights of attention by columns', () => {
    // [2, 6]: query, key, value are two columns each.
    const ours = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
    const key = { name: 'key', shape: [2, 2], ours: 'x.weights', third: 1 };
    expect([...toHub(key, ours).values]).toEqual([3, 9, 4, 10]);
    const bias = { name: 'value', shape: [2], ours: 'x.bias', third: 2 };
    expect([...toHub(bias, ours.subarray(0, 6)).values]).toEqual([5, 6]);
  });

  it('have the names of google/electra-small-generator, as its conversion script gives them', () => {
    const names = hubWeights('ElectraForMaskedLM', narrow).map(({ name }) => name);
    expect(names).toContain('electra.embeddings_project.weight');
    expect(names).toContain('electra.encoder.layer.1.attention.self.query.weight');
    expect(names).toContain('electra.encoder.layer.0.attention.output.LayerNorm.bias');
    expect(names).toContain('generator_predictions.dense.weight');
    expect(names).toContain('generator_lm_head.bias');
    expect(names).not.toContain('generator_lm_head.weight'); // tied
  });
});

describe('what the format cannot hold', () => {
  it('is a bias per head and distance, and a copy gate', () => {
    const obstacles = (regime: string, changes = {}) =>
      tinyModel(regime, changes).plans.map((plan) => obstacleOf(plan)?.key);
    expect(obstacles('joint')).toEqual([undefined, undefined]);
    expect(obstacles('adversarial')).toEqual([undefined, undefined]); // its baseline serves training alone
    expect(obstacles('joint', { positions: 'relative-bias' })).toEqual([
      'model.positions',
      'model.positions',
    ]);
    expect(obstacles('all-tokens-mlm')).toEqual(['regime', undefined]);
  });

  it('is no embedding narrower than the states: ELECTRA has the same network with it', () => {
    expect(architectureOf(maskedLmPlan('bert', narrow))).toBe('ElectraForMaskedLM');
  });
});

describe('the configuration', () => {
  it('says what the network is made of', () => {
    expect(hubConfig('ElectraForPreTraining', narrow, 0)).toMatchObject({
      ...{ architectures: ['ElectraForPreTraining'], model_type: 'electra', vocab_size: 40 },
      ...{ embedding_size: 6, hidden_size: 16, num_hidden_layers: 2, num_attention_heads: 2 },
      ...{ intermediate_size: 24, max_position_embeddings: 20, layer_norm_eps: 1e-12, pad_token_id: 0 },
    });
    expect(hubConfig('BertForMaskedLM', wide, 0)).not.toHaveProperty('embedding_size');
  });
});
