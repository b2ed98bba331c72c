import { describe, expect, it } from 'vitest';
import { seenOnce } from '../../src/commands/seen-once.ts';
import type { ClaimRow } from '../../src/report/verdict-rows.ts';

function claim(ahead: string, behind: string, rest: Partial<ClaimRow> = {}): ClaimRow {
  return {
    experiment: 'few',
    id: `${ahead}-${behind}`,
    claim: '',
    metric: 'downstream',
    ahead,
    behind,
    source: '',
    basis: 'words',
    verdict: 'inconclusive',
    role: 'primary',
    test: 'welch',
    seedsAhead: 1,
    seedsBehind: 1,
    ...rest,
  };
}

describe('what a sweep of one seed has seen', () => {
  it('is one sentence with every arm once, the best first, which says that it decides nothing', () => {
    const claims = [
      claim('joint', 'two-stage', { meanAhead: 0.485, meanBehind: 0.505 }),
      claim('joint', 'bert', { meanAhead: 0.485, meanBehind: 0.523 }),
      claim('joint', 'bert', { metric: 'mlm_accuracy', meanAhead: 0.1, meanBehind: 0.2 }),
    ];
    expect(seenOnce(claims, [])).toEqual([
      'Seen once, by mean downstream score: bert 52.3\u00a0%, two-stage 50.5\u00a0% and joint 48.5\u00a0%; one seed of each arm decides nothing.',
    ]);
  });

  it('names the arms that failed to learn', () => {
    const [sentence] = seenOnce(
      [claim('joint', 'adversarial', { meanAhead: 0.5, meanBehind: 0.3 })],
      ['adversarial'],
    );
    expect(sentence).toContain('joint 50.0\u00a0% and adversarial 30.0\u00a0% (failed to learn);');
  });

  it('is nothing where an arm has two seeds, where nothing was measured, and without claims', () => {
    const measured = { meanAhead: 0.5, meanBehind: 0.3 };
    expect(seenOnce([claim('joint', 'bert', { ...measured, seedsBehind: 2 })], [])).toEqual([]);
    expect(seenOnce([claim('joint', 'bert')], [])).toEqual([]);
    expect(seenOnce([], [])).toEqual([]);
  });
});
