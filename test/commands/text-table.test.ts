import { describe, expect, it } from 'vitest';
import { terminalWidth, textTable, wrapped } from '../../src/commands/text-table.ts';

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

  it('that is too wide has its longest words wrapped, if that is enough', () => {
    const rows = [
      ['a', 'one two three four five', '1'],
      ['b', 'six', '22'],
    ];
    expect(textTable(['run', 'what', 'n'], rows, 25)).toBe(
      [
        'run  what               n',
        '───  ────────────────  ──',
        'a    one two three      1',
        '     four five',
        'b    six               22',
      ].join('\n'),
    );
  });

  it('that is wider still is folded, and every part has the first column', () => {
    expect(textTable(['run', 'first', 'second', 'third'], [['joint', '1', '2', '3']], 20)).toBe(
      [
        'run    first  second',
        '─────  ─────  ──────',
        'joint      1       2',
        '',
        'run    third',
        '─────  ─────',
        'joint      3',
      ].join('\n'),
    );
  });

  it.each([30, 40, 60, 80, 120])('has no line longer than %i columns, and loses no word', (width) => {
    const header = ['run', 'tokens', 'MLM acc.', 'a note on it', 'replaced', 'RTD AUC', 'by freq.'];
    const row = [
      'adversarial, seed 1',
      '0.20 M',
      '2.2 %',
      'some words that say why',
      '99.7 %',
      '0.553',
      '0.522',
    ];
    const table = textTable(header, [row, row], width);
    expect(Math.max(...table.split('\n').map((line) => line.length))).toBeLessThanOrEqual(width);
    for (const word of [...header, ...row].flatMap((cell) => cell.split(' '))) expect(table).toContain(word);
  });
});

it('a long line is broken between words and keeps its indent', () => {
  expect(wrapped('    one two three', 11)).toBe('    one two\n    three');
});

it('the width is what COLUMNS says, else the terminal’s, else 80', () => {
  expect([
    terminalWidth('100', 60),
    terminalWidth(undefined, 60),
    terminalWidth('', undefined as never),
  ]).toEqual([100, 60, 80]);
  expect([terminalWidth('wide', 60), terminalWidth('0', 60), terminalWidth('0', 0)]).toEqual([60, 60, 80]);
});
