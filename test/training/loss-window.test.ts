import { describe, expect, it } from 'vitest';
import { addToWindow, emptyWindow, meansOf } from '../../src/training/loss-window.ts';

describe('a window of losses', () => {
  it('has the mean of each over its steps', () => {
    const window = emptyWindow(1);
    for (const value of [2, 5]) addToWindow(window, [{ name: 'train_loss', value }]);
    expect(meansOf(window)).toEqual({ train_loss: (2 + 5) / 2 });
  });

  it('divides what a step sums by what it counted, over all steps together', () => {
    const window = emptyWindow(1);
    const step = (value: number, count: number) =>
      addToWindow(window, [
        { name: 'train_reward_of_right', value },
        { name: 'train_reward_of_right_count', value: count },
      ]);
    step(6, 3);
    step(0, 0);
    step(1, 1);
    expect(meansOf(window)).toEqual({ train_reward_of_right: (6 + 0 + 1) / (3 + 0 + 1) });
  });

  it('leaves out what was never counted', () => {
    const window = emptyWindow(1);
    addToWindow(window, [
      { name: 'train_reward_of_right', value: 0 },
      { name: 'train_reward_of_right_count', value: 0 },
    ]);
    expect(meansOf(window)).toEqual({});
  });
});
