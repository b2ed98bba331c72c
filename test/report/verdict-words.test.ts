import { describe, expect, it } from 'vitest';
import type { ClaimRow } from '../../src/report/report-data.ts';
import { claimUnderTest, pValues, seedsWords, verdictNote } from '../../src/report/verdict-words.ts';

const claim = { pairs: 6, tP: 0.0123, holmP: 0.0369, verdict: 'inconclusive' } as ClaimRow;

describe('the p of a claim', () => {
  it('is said to be the least possible where it is: 2/2⁶ = 0.031', () => {
    expect(pValues({ ...claim, signFlipP: 2 / 2 ** 6 })).toBe(
      "paired t 0.012, corrected (Holm's) 0.037, sign flips 0.031 (the least possible with 6 seeds)",
    );
    expect(pValues({ ...claim, signFlipP: 4 / 2 ** 6 })).toMatch(/sign flips 0\.063$/);
  });

  it('of sign flips is left out where it could not be below 0.05: 2/2⁵ = 0.063', () => {
    expect(pValues({ ...claim, pairs: 5, signFlipP: 2 / 2 ** 5 })).not.toContain('sign flips');
  });

  it('of many seeds is no more than below a thousandth', () => {
    expect(pValues({ pairs: 12, signFlipP: 2 / 2 ** 12 } as ClaimRow)).toBe(
      'sign flips < 0.001 (the least possible with 12 seeds)',
    );
  });
});

describe('the seeds of a claim', () => {
  it('say what it would take only where it is open', () => {
    const open = { ...claim, seedsRequired: 23 };
    expect(seedsWords(open)).toBe('6 seeds; 23 would decide a difference like this one with probability 0.8');
    expect(seedsWords({ ...open, verdict: 'holds' })).toBe('6 seeds');
    expect(seedsWords({ ...open, verdict: 'reverses', pairs: 1 })).toBe('1 seed');
  });
});

describe('the note about verdicts', () => {
  it.each(['5 pairs of seeds', 'corrected interval', 'failed or failed to learn', 'not all equal'])(
    'names what can stop one: %s',
    (condition) => expect(verdictNote).toContain(condition),
  );
});

describe("an experiment's sentence", () => {
  const claim = 'Bigger is better.';

  it('is under test where a claim gets a verdict, and says so where none does', () => {
    const row = { claim: 'a is above b' } as ClaimRow;
    expect(claimUnderTest({ claim, claims: [row] })).toBe('The claim under test: Bigger is better.');
    expect(claimUnderTest({ claim, claims: [] })).toBe(
      'The claim, without a verdict here: Bigger is better.',
    );
  });

  it('is nothing where there is none', () => {
    expect(claimUnderTest({ claim: '', claims: [] })).toBe('');
  });
});
