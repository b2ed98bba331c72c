import { describe, expect, it } from 'vitest';
import { computeWords } from '../../src/report/compute-words.ts';
import type { ClaimRow } from '../../src/report/verdict-rows.ts';

const claim = {
  ...{ ahead: 'joint', behind: 'two-stage', stepsAhead: 4000, stepsBehind: 8000 },
  ...{ tokensAhead: 4.04e6, tokensBehind: 8.08e6, trainFlopsAhead: 1.5e13, trainFlopsBehind: 2.25e13 },
  ...{ officialFlopsAhead: 2.8e13, officialFlopsBehind: 4.2e13 },
} as ClaimRow;

describe('what each side of a claim had of training', () => {
  it('is steps, tokens and both counts of FLOPs, and how many times as much the dearer one took', () => {
    // 2.25 / 1.5
    expect(computeWords(claim)).toBe(
      'joint 4,000 steps, 4.04 million tokens, 1.50e13 FLOPs (2.80e13 as the paper counts); two-stage 8,000 steps, 8.08 million tokens, 2.25e13 FLOPs (4.20e13 as the paper counts); two-stage took 1.50 times the FLOPs',
    );
    expect(computeWords({ ...claim, trainFlopsBehind: 0.75e13 })).toMatch(
      /; joint took 2\.00 times the FLOPs$/,
    );
  });

  it('says no ratio where they had the same', () => {
    expect(computeWords({ ...claim, trainFlopsBehind: 1.54e13 })).not.toContain('times');
  });

  it('leaves out what is not known, and is nothing without FLOPs', () => {
    const {
      tokensAhead: _,
      tokensBehind: __,
      officialFlopsAhead: ___,
      officialFlopsBehind: ____,
      ...few
    } = claim;
    expect(computeWords(few)).toMatch(
      /^joint 4,000 steps, 1\.50e13 FLOPs; two-stage 8,000 steps, 2\.25e13 FLOPs;/,
    );
    const { trainFlopsBehind: _____, ...none } = claim;
    expect(computeWords(none)).toBe('');
  });
});
