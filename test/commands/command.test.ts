import { describe, expect, it } from 'vitest';
import { oneText, wholeNumber } from '../../src/commands/options.ts';

describe('the value of an option', () => {
  it.each([0, -1, 1.5, Number.NaN, 'abc', true, [1, 2], 2 ** 60])(
    '%j is not a whole number from 1',
    (value) => {
      expect(() => wholeNumber('--jobs')(value)).toThrow(/^--jobs: expected a whole number from 1, got /);
    },
  );
  it('is given on if it is one', () => {
    expect([wholeNumber('--jobs')(3), oneText('--out')('x'), oneText('--out')(undefined)]).toEqual([
      3,
      'x',
      undefined,
    ]);
  });
  it.each(['', ['a', 'b']])('%j is not one text', (value) => {
    expect(() => oneText('--out')(value)).toThrow(/^--out: expected one value, got /);
  });
});
