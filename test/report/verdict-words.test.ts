import { describe, expect, it } from 'vitest';
import type { ClaimRow } from '../../src/report/verdict-rows.ts';
import {
  claimUnderTest,
  measuredBy,
  measuredDifference,
  pValues,
  seedsWords,
  tallyWords,
  verdictNote,
  verdictWords,
} from '../../src/report/verdict-words.ts';

const seeds = (count: number) => ({ test: 'paired', seedsAhead: count, seedsBehind: count }) as const;
const claim = { ...seeds(6), tP: 0.0123, holmP: 0.0369, verdict: 'inconclusive' } as ClaimRow;

describe('the p of a claim', () => {
  it('is said to be the least possible where it is: 2/2⁶ = 0.031', () => {
    expect(pValues({ ...claim, permutationP: 2 / 2 ** 6 })).toBe(
      "paired t 0.012, corrected (Holm's) 0.037, sign flips 0.031 (the least possible with 6 pairs of seeds)",
    );
    expect(pValues({ ...claim, permutationP: 4 / 2 ** 6 })).toMatch(/sign flips 0\.063$/);
  });

  it('of sign flips is left out where it could not be below 0.05: 2/2⁵ = 0.063', () => {
    expect(pValues({ ...claim, ...seeds(5), permutationP: 2 / 2 ** 5 })).not.toContain('sign flips');
  });

  it("names Welch's test and the permutation of independent arms, whose least p is 2/252 with five each", () => {
    const independent = { ...claim, test: 'welch', seedsAhead: 5, seedsBehind: 5 } as const;
    expect(pValues({ ...independent, permutationP: 2 / 252 })).toBe(
      "Welch's t 0.012, corrected (Holm's) 0.037, permutation 0.008 (the least possible with 5 seeds of each arm)",
    );
  });

  it('says how likely a difference as large as the margin is', () => {
    const words = pValues({ ...claim, equivalenceP: 0.02, equivalenceHolmP: 0.04 });
    expect(words).toMatch(/difference of the margin or more 0\.020, the same corrected \(Holm's\) 0\.040$/);
  });

  it('of many seeds is no more than below a thousandth', () => {
    expect(pValues({ ...seeds(12), permutationP: 2 / 2 ** 12 } as ClaimRow)).toBe(
      'sign flips < 0.001 (the least possible with 12 pairs of seeds)',
    );
  });
});

describe('the seeds of a claim', () => {
  it('say what it would take only where it is open', () => {
    const open = { ...claim, seedsRequired: 23 };
    expect(seedsWords(open)).toBe(
      '6 pairs of seeds; 23 would find a difference like this one with probability 0.8',
    );
    expect(seedsWords({ ...open, verdict: 'holds' })).toBe('6 pairs of seeds');
    expect(seedsWords({ ...open, verdict: 'reverses', ...seeds(1) })).toBe('1 pair of seeds');
  });

  it('are those of each arm where the arms are independent', () => {
    const independent = { ...claim, test: 'welch', seedsAhead: 8 } as const;
    expect(seedsWords({ ...independent, seedsBehind: 8 })).toBe('8 seeds of each arm');
    expect(seedsWords({ ...independent, seedsBehind: 7 })).toBe('8 and 7 seeds');
  });
});

describe('a claim that is equivalent', () => {
  const even = {
    ...claim,
    metric: 'downstream',
    verdict: 'equivalent',
    role: 'primary',
    margin: 0.02,
    difference: 0.004,
    correctedLow: -0.012,
    correctedHigh: 0.02,
    equivalenceLow: -0.008,
    equivalenceHigh: 0.016,
  } as ClaimRow;

  it('shows the interval that lies inside the margin, and the margin', () => {
    expect(measuredDifference(even)).toBe(
      "+0.4 points (−0.8 to +1.6), 90 % interval, corrected for the experiment's other claims; margin ±2.0 points",
    );
  });

  it('is counted where a margin is declared', () => {
    expect(tallyWords([even])).toBe('0 hold, 0 reverse, 1 is equivalent, 0 are inconclusive at this scale');
    const { margin: _, ...open } = { ...even, verdict: 'inconclusive' } as ClaimRow;
    expect(tallyWords([open])).toBe('0 hold, 0 reverse, 1 is inconclusive at this scale');
  });
});

describe('what a claim is measured by', () => {
  it('says over how many checkpoints its values are means', () => {
    expect(measuredBy({ metric: 'probe.agreement' })).toBe('frozen probe of agreement');
    expect(measuredBy({ metric: 'pairs.blimp.agreement', checkpoints: 3 })).toBe(
      'minimal pairs, blimp, agreement, mean over the last 3 checkpoints',
    );
  });
});

describe('secondary claims', () => {
  const secondary = { ...claim, metric: 'mlm_loss', verdict: 'holds', role: 'secondary' } as ClaimRow;

  it('say so, and are counted and corrected by themselves', () => {
    expect(verdictWords(secondary)).toBe('holds at this scale (secondary)');
    const first = { ...claim, role: 'primary' } as ClaimRow;
    expect(tallyWords([first, secondary])).toBe(
      '0 hold, 0 reverse, 1 is inconclusive; secondary: 1 holds, 0 reverse, 0 are inconclusive at this scale',
    );
    const corrected = { ...secondary, difference: 0.1, correctedLow: 0.05, correctedHigh: 0.15 };
    expect(measuredDifference(corrected)).toContain('corrected for the other secondary claims');
  });
});

describe('the note about verdicts', () => {
  it.each([
    '5 seeds of each arm',
    'corrected interval',
    'may have failed',
    'failed to learn',
    'not all equal',
    'margin',
    'at the floor',
    "Welch's test",
  ])('names what can stop one: %s', (condition) => expect(verdictNote).toContain(condition));
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
