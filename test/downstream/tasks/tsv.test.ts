import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DataError } from '../../../src/base/errors.ts';
import { columnOf, labelAt, numberWithin, readTsv } from '../../../src/downstream/tasks/tsv.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

const folder = temporaryFolder();
let files = 0;
function fileOf(content: string | Uint8Array): string {
  const path = join(folder, `${files++}.tsv`);
  writeFileSync(path, content);
  return path;
}
const cellsIn = (content: string, columns?: string[]) =>
  readTsv(fileOf(content), { columns }).rows.map(({ cells }) => cells);

describe('tab-separated values', () => {
  test('end a cell at a tab and a row at a line end, and keep quotation marks as text', () => {
    expect(cellsIn('a\tb\n"x\ty"\n""\t\'\n')).toEqual([
      ['"x', 'y"'],
      ['""', "'"],
    ]);
  });

  test('keep empty cells', () => {
    expect(cellsIn('a\tb\tc\nx\t\t\n')).toEqual([['x', '', '']]);
  });

  test('have a header unless columns are named', () => {
    expect(cellsIn('a\tb\n1\t2\n')).toEqual([['1', '2']]);
    expect(cellsIn('1\t2\n3\t4\n', ['a', 'b'])).toHaveLength(2);
  });

  test('may have a byte-order mark, Windows line ends and no line end at the end', () => {
    const { columns, rows } = readTsv(fileOf('\ufeffa\tb\r\n1\t2\r\n3\té'));
    expect(columns).toEqual(['a', 'b']);
    expect(rows.map(({ cells }) => cells)).toEqual([
      ['1', '2'],
      ['3', 'é'],
    ]);
  });

  test('know each row by its line in the file', () => {
    expect(readTsv(fileOf('a\n1\n2\n')).rows.map(({ line }) => line)).toEqual([2, 3]);
    expect(readTsv(fileOf('1\n2\n'), { columns: ['a'] }).rows.map(({ line }) => line)).toEqual([1, 2]);
  });

  test('leave lines of another width out where that is asked for, and count them', () => {
    const { rows, malformed } = readTsv(fileOf('a\tb\n1\n2\t3\n4\t5\t6\n'), { skipsMalformed: true });
    expect(rows).toEqual([{ line: 3, cells: ['2', '3'] }]);
    expect(malformed).toBe(2);
  });
});

describe('a file that is not such a table is an error with file and line:', () => {
  test.each<[string, string | Uint8Array, string]>([
    ['too few columns', 'a\tb\tc\n1\t2\t3\n4\t5\n', ':3: expected 3 columns, got 2'],
    ['too many columns', 'a\tb\n1\t2\t3\n', ':2: expected 2 columns, got 3'],
    ['an empty line between rows', 'a\tb\n\n1\t2\n', ':2: expected 2 columns, got 1'],
    ['no row', 'a\tb\n', ': expected at least one row, got none; check that the file is complete'],
    ['nothing', '', ': expected at least one row, got none; check that the file is complete'],
    [
      'another encoding',
      Uint8Array.from([0x61, 0x0a, 0xe9]),
      ': expected UTF-8 text, got another encoding; convert it, for example with iconv -f latin1 -t utf-8',
    ],
    ['a binary file', 'a\0', ': expected UTF-8 text, got a binary file (NUL at byte 1); check the path'],
  ])('%s', (_, content, message) => {
    const path = fileOf(content);
    expect(() => readTsv(path)).toThrow(new DataError(path + message));
  });

  test('no file', () => {
    expect(() => readTsv('none/dev.tsv')).toThrow(
      new DataError('none/dev.tsv: expected a readable text file, got no file; check the path'),
    );
  });

  test('a column that is not there', () => {
    const path = fileOf('text\tlable\nx\t1\n');
    const table = readTsv(path);
    expect(columnOf(table, 'text')).toBe(0);
    expect(() => columnOf(table, 'label')).toThrow(
      new DataError(`${path}:1: expected a column "label", got "text", "lable"`),
    );
  });

  test('a label outside the set', () => {
    expect(labelAt(['no', 'yes'], 'yes', '')).toBe(1);
    expect(() => labelAt(['no', 'yes'], 'Yes', 'dev.tsv:7')).toThrow(
      new DataError('dev.tsv:7: expected one of no, yes, got "Yes"'),
    );
  });

  test.each(['5.1', '-1', 'high', '', 'NaN'])('%j is no number in [0, 5]', (text) => {
    expect(() => numberWithin([0, 5], text, 'dev.tsv:7')).toThrow(
      new DataError(`dev.tsv:7: expected a number in [0, 5], got ${JSON.stringify(text)}`),
    );
  });

  test('both ends belong to a range', () => {
    expect([numberWithin([0, 5], '5.000', ''), numberWithin([0, 5], '0', '')]).toEqual([5, 0]);
  });
});
