/** The bar over all runs of a sweep. */
import { expect, it } from 'vitest';
import { known, presetsFolder } from '../../src/commands/command.ts';
import { resolveConfig } from '../../src/config/resolve.ts';
import { beginRuns } from '../../src/experiment/runs-bar.ts';
import type { Progress, ProgressFields } from '../../src/progress/progress.ts';

const steps = (count: number) =>
  resolveConfig('smoke', { set: [`training.steps=${count}`], known, presetsFolder });
const cells = [steps(10), steps(30), steps(60)];

it('the bar of all runs counts them, and weighs them by their work: 60 of 100 steps, then 70', () => {
  const advances: [number, ProgressFields][] = [];
  const phase = { advance: (...advance: [number, ProgressFields]) => advances.push(advance), end: () => {} };
  const bar = beginRuns({ begin: () => phase } as unknown as Progress, cells);
  const done = new Map([[cells[2]!, {}]]);
  bar.advance(done);
  bar.advance(done.set(cells[0]!, {}));
  expect(advances).toEqual([
    [1, { share: expect.closeTo(0.6, 12) }],
    [2, { share: expect.closeTo(0.7, 12) }],
  ]);
});
