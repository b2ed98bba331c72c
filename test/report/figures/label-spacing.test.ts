import { describe, expect, it } from 'vitest';
import { keptApart } from '../../../src/report/figures/label-spacing.ts';

const by = (gap: number) => () => gap;

describe('marks that are kept apart', () => {
  it('stay where they are when they are far enough', () => {
    expect(keptApart([30, 0, 10], by(10))).toEqual([30, 0, 10]);
  });

  it('move by the same to both sides of where they agree, the first to the left', () => {
    expect(keptApart([50, 50], by(10))).toEqual([50 - 10 / 2, 50 + 10 / 2]);
    expect(keptApart([50, 50, 50], by(10))).toEqual([50 - 10, 50, 50 + 10]);
  });

  it('push on those that they are moved to', () => {
    // Together at 0, 10 and 20 about the mean of 0, 4 and 17 less the ranks' gaps: (0 - 6 - 3) / 3.
    expect(keptApart([0, 4, 17], by(10))).toEqual([-3, -3 + 10, -3 + 20]);
  });

  it('need no room where none is asked for', () => {
    const isBesideTheFirst = (before: number) => (before === 0 ? 10 : 0);
    expect(keptApart([50, 50, 50], isBesideTheFirst)).toEqual([50 - 20 / 3, 50 + 10 / 3, 50 + 10 / 3]);
  });

  it('keep their order and the gap, whatever they are', () => {
    const places = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5];
    const kept = keptApart(places, by(2));
    const sorted = kept.toSorted((a, b) => a - b);
    expect(Math.min(...sorted.slice(1).map((place, i) => place - sorted[i]!))).toBeGreaterThan(2 - 1e-9);
    for (const [i, a] of places.entries())
      for (const [j, b] of places.entries()) if (a < b) expect(kept[i]!).toBeLessThan(kept[j]!);
  });
});
