import { describe, expect, it } from 'vitest';
import type { GeneratorConfig } from '../../src/config/schema.ts';
import { assessLearning } from '../../src/experiment/learning.ts';

const network = { generator: { kind: 'network' } as GeneratorConfig };
const learned = {
  ...{ mlm_accuracy: 0.16, mlm_accuracy_commonest: 0.1 },
  ...{ rtd_auc: 0.73, rtd_frequency_auc: 0.7, rtd_collapsed: 0 },
};

describe('whether a run learned', () => {
  it('is without complaint for a run that did', () => {
    expect(assessLearning(learned, network)).toEqual({ failures: [], warnings: [] });
  });
  it('is no on the unigram plateau: below 1.5 times the commonest token', () => {
    expect(assessLearning({ ...learned, mlm_accuracy: 0.149 }, network).failures).toEqual([
      'unigram plateau: predicts 14.9 % of masked tokens, the commonest token alone 10.0 %',
    ]);
  });
  it('is not asked of a generator that is a table of frequencies', () => {
    const unigram = { generator: { kind: 'unigram' } as GeneratorConfig };
    expect(assessLearning({ ...learned, mlm_accuracy: 0.1 }, unigram).failures).toEqual([]);
  });
  it('is no for a detector that sees frequencies only', () => {
    expect(assessLearning({ ...learned, rtd_auc: 0.715 }, network).failures).toEqual([
      'discriminator no better than token frequencies: AUC 0.715 against 0.700',
    ]);
  });
  it('is yes for a detector that tells masked positions apart, where it learned', () => {
    const masked = { rtd_masked_auc: 0.68, rtd_masked_frequency_auc: 0.6 };
    expect(assessLearning({ ...learned, rtd_auc: 0.5, ...masked }, network).failures).toEqual([]);
  });
  it('is not decided by calling no token replaced', () => {
    const { failures, warnings } = assessLearning({ ...learned, rtd_collapsed: 1 }, network);
    expect([failures.length, warnings.length]).toEqual([0, 1]);
  });
  it('does not speak of a detector where there is none', () => {
    expect(assessLearning({ mlm_accuracy: 0.2, mlm_accuracy_commonest: 0.1 }, network).failures).toEqual([]);
  });
});
