import { describe, expect, it } from 'vitest';
import { textTable } from '../../src/commands/command.ts';
import { oneText, wholeNumber } from '../../src/commands/options.ts';

describe('a text table', () => {
  it('pads columns, numbers to the right, and leaves no space at the end of a line', () => {
    expect(
      textTable(
        ['name', 'value', 'note'],
        [
          ['a', '1.5 %', 'x'],
          ['longer', '10.0 %', ''],
        ],
      ),
    ).toBe(
      ['name     value  note', '──────  ──────  ────', 'a        1.5 %  x', 'longer  10.0 %'].join('\n'),
    );
  });
  it('without rows is its header', () => {
    expect(textTable(['a', 'bc'], [])).toBe('a  bc\n─  ──');
  });
});

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
