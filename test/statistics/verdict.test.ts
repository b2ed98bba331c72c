import { describe, expect, it } from 'vitest';
import { tInterval, tTestP } from '../../src/statistics/student-t.ts';
import { judgeClaims } from '../../src/statistics/verdict.ts';

const clear = [1.1, 0.9, 1.0, 1.2, 0.8];
const unclear = [1.1, -0.9, 1.0, -1.2, 0.3];
const negated = (values: number[]) => values.map((value) => -value);

describe('judgeClaims', () => {
  it('holds, reverses or is inconclusive by the side of the corrected interval', () => {
    const judgements = judgeClaims([clear, negated(clear), unclear].map((differences) => ({ differences })));
    expect(judgements.map(({ verdict }) => verdict)).toEqual(['holds', 'reverses', 'inconclusive']);
    expect(judgements[0]!.corrected!.low).toBeGreaterThan(0);
    expect(judgements[1]!.corrected!.high).toBeLessThan(0);
    expect(judgements[2]).toMatchObject({ reason: 'the corrected interval contains 0', leaning: 'holds' });
  });

  it('corrects for the number of claims', () => {
    const borderline = [0.021, 0.013, 0.008, 0.017, 0.004];
    expect(tTestP(borderline)).toBeLessThan(0.05);
    expect(tTestP(borderline)).toBeGreaterThan(0.05 / 4);
    const alone = judgeClaims([{ differences: borderline }]);
    expect(alone[0]).toMatchObject({ verdict: 'holds', corrected: tInterval(borderline, 0.05) });
    const amongFour = judgeClaims(
      [borderline, unclear, unclear, unclear].map((differences) => ({ differences })),
    );
    expect(amongFour[0]).toMatchObject({
      verdict: 'inconclusive',
      corrected: tInterval(borderline, 0.05 / 4),
    });
    expect(amongFour[0]!.holmP).toBeCloseTo(4 * tTestP(borderline)!, 12);
  });

  it('decides nothing by fewer than five pairs, but says which way two or more lean', () => {
    expect(
      judgeClaims([
        { differences: clear.slice(0, 4) },
        { differences: [-1, -2] },
        { differences: [-1] },
        { differences: [] },
      ]),
    ).toEqual([
      { verdict: 'inconclusive', reason: '4 pairs of seeds; a verdict takes 5', leaning: 'holds' },
      { verdict: 'inconclusive', reason: '2 pairs of seeds; a verdict takes 5', leaning: 'reverses' },
      { verdict: 'inconclusive', reason: '1 pair of seeds; a verdict takes 5' },
      { verdict: 'inconclusive', reason: '0 pairs of seeds; a verdict takes 5' },
    ]);
  });

  it('decides nothing by equal differences: noise of two values gives five alike once in 16', () => {
    const reason = 'all 5 differences are equal, which leaves no spread to judge by';
    expect(judgeClaims([{ differences: Array(5).fill(0.1) }, { differences: Array(5).fill(0) }])).toEqual([
      { verdict: 'inconclusive', reason, leaning: 'holds' },
      { verdict: 'inconclusive', reason },
    ]);
  });

  it('decides nothing where a run failed, and does not lean to the other arm either', () => {
    const obstacle = 'bert, seed 0 failed to learn';
    expect(judgeClaims([{ differences: clear, obstacle }])).toEqual([
      { verdict: 'inconclusive', reason: obstacle },
    ]);
  });

  it('is no milder to the others where a claim cannot be tested', () => {
    const others = [[0.021, 0.013, 0.008, 0.017, 0.004], unclear].map((differences) => ({ differences }));
    const [withFailure] = judgeClaims([...others, { differences: clear, obstacle: 'failed' }]);
    expect(withFailure!.corrected).toEqual(tInterval(others[0]!.differences, 0.05 / 3));
  });
});
