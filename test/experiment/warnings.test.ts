import { describe, expect, it } from 'vitest';
import { warningsFor } from '../../src/experiment/warnings.ts';

const learned = {
  ...{ mlm_accuracy: 0.16, mlm_accuracy_commonest: 0.1 },
  ...{ rtd_auc: 0.73, rtd_frequency_auc: 0.7, rtd_collapsed: 0 },
};

describe('warnings', () => {
  it('are none for a run that learned', () => {
    expect(warningsFor(learned)).toEqual([]);
  });
  it('tell the unigram plateau', () => {
    expect(warningsFor({ ...learned, mlm_accuracy: 0.149 })).toEqual([
      'unigram plateau: predicts 14.9 % of masked tokens, the commonest token alone 10.0 %',
    ]);
  });
  it('tell a detector that sees frequencies only', () => {
    expect(warningsFor({ ...learned, rtd_auc: 0.715 })).toEqual([
      'discriminator no better than token frequencies: AUC 0.715 against 0.700',
    ]);
  });
  it('tell a collapsed detector', () => {
    expect(warningsFor({ ...learned, rtd_collapsed: 1 })).toHaveLength(1);
  });
  it('do not speak of a detector where there is none', () => {
    expect(warningsFor({ mlm_accuracy: 0.2, mlm_accuracy_commonest: 0.1 })).toEqual([]);
  });
});
