import { describe, expect, it } from 'vitest';
import type { GeneratorConfig } from '../../src/config/schema.ts';
import type { RunRecord } from '../../src/results/run-folder.ts';
import { assessLearning, inWordsOfNow } from '../../src/run/learning-check.ts';
import { toyRecord } from '../helpers/toy-results.ts';

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
      "predicts 14.9 % of masked tokens, less than 1.5 × the commonest token's 10.0 % (unigram plateau)",
    ]);
  });
  it('is not asked of a generator that is a table of frequencies', () => {
    const unigram = { generator: { kind: 'unigram' } as GeneratorConfig };
    expect(assessLearning({ ...learned, mlm_accuracy: 0.1 }, unigram).failures).toEqual([]);
  });
  it('is no for a detector that sees frequencies only', () => {
    expect(assessLearning({ ...learned, rtd_auc: 0.715 }, network).failures).toEqual([
      'detects replaced tokens with an AUC of 0.715, less than 0.02 above the 0.700 of token frequencies',
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

describe('a record of before', () => {
  const metrics = { ...learned, mlm_accuracy: 0.14 };
  const record = toyRecord('joint', 0, {}, { status: 'failed-to-learn', reason: 'plateau', metrics });

  it('that failed to learn gives its reason with the bound that it missed', () => {
    const reason =
      "predicts 14.0 % of masked tokens, less than 1.5 × the commonest token's 10.0 % (unigram plateau)";
    expect(inWordsOfNow(record, network)).toMatchObject({
      status: record.status,
      reason,
      warnings: [reason],
    });
  });
  it('keeps its own words where the rule of now finds nothing, and where it did not fail so', () => {
    const other = { ...record, metrics: learned };
    const stopped: RunRecord = { ...record, status: 'failed' };
    expect(inWordsOfNow(other, network)).toBe(other);
    expect(inWordsOfNow(stopped, network)).toBe(stopped);
  });
});
