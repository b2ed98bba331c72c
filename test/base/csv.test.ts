import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Cell, type Column, columnsOf } from '../../src/base/column.ts';
import { openCsv, writeCsv } from '../../src/base/csv.ts';
import { DataError } from '../../src/base/errors.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'csv-'));
  path = join(folder, 'table.csv');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Point {
  step: number;
  loss?: number;
}
const { whole, real } = columnsOf<Point>();
const curve: Column<Point>[] = [
  whole('step', 'steps', 'when', (row) => row.step),
  real('loss', 'nats', 'how much', (row) => row.loss),
];
const cellAlone: Column<Cell>[] = [{ name: 'cell', type: 'string', meaning: 'any', value: (cell) => cell }];
const text = () => readFileSync(path, 'utf8');

describe('writeCsv', () => {
  it('writes the header and one line a row, each ended by CR LF', () => {
    writeCsv(path, curve, [{ step: 1, loss: 0.5 }, { step: 2 }]);
    expect(text()).toBe('step,loss\r\n1,0.5\r\n2,\r\n');
  });

  it('writes the header of an empty table', () => {
    writeCsv(path, curve, []);
    expect(text()).toBe('step,loss\r\n');
  });

  it('makes folders, and replaces an old file', () => {
    path = join(folder, 'a', 'b', 'table.csv');
    writeCsv(path, curve, [{ step: 1 }]);
    writeCsv(path, curve, []);
    expect(text()).toBe('step,loss\r\n');
  });

  it('writes numbers that read back as the same numbers, and never touches their signs', () => {
    const numbers = [0.1 + 0.2, -1.5, 1e-7, 1e21, Math.fround(0.1), Number.MAX_SAFE_INTEGER, -5e-324];
    writeCsv(path, cellAlone, numbers);
    const cells = parse(text(), { from_line: 2 }).map(([cell]) => Number(cell));
    expect(cells).toEqual(numbers);
  });

  it('writes truth values as words', () => {
    writeCsv(path, cellAlone, [true, false]);
    expect(text()).toBe('cell\r\ntrue\r\nfalse\r\n');
  });

  it.each([
    'a,b',
    'say "no"',
    'two\nlines',
    'two\r\nlines',
    'ends in CR\r',
    ' blank ',
    'λ = 50, naïve, 模型, 🙂',
  ])('gives back the text %j', (cell) => {
    writeCsv(path, [...cellAlone, { name: 'after', type: 'string', meaning: 'x', value: () => 'x' }], [cell]);
    expect(parse(text(), { columns: true })).toEqual([{ cell, after: 'x' }]);
  });

  it.each(['=1+2', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '=HYPERLINK("http://x","y")'])(
    'keeps a spreadsheet from running the text %j',
    (cell) => {
      writeCsv(path, cellAlone, [cell]);
      expect(parse(text(), { from_line: 2, record_delimiter: '\r\n' })).toEqual([[`'${cell}`]]);
    },
  );

  it('leaves the old file whole when a row fails', () => {
    writeCsv(path, curve, [{ step: 1 }]);
    const failing: Column<Point>[] = [
      whole('step', 'steps', 'when', () => {
        throw new Error('no such row');
      }),
    ];
    expect(() => writeCsv(path, failing, [{ step: 2 }])).toThrow('no such row');
    expect(text()).toBe('step,loss\r\n1,\r\n');
  });
});

describe('openCsv', () => {
  it('writes the same bytes as writeCsv, however the rows are divided', () => {
    const rows = [{ step: 1, loss: 2 }, { step: 2 }, { step: 3, loss: -1 }];
    writeCsv(path, curve, rows);
    const whole = text();
    const file = openCsv(path, curve);
    file.append(rows.slice(0, 1));
    file.append([]);
    file.append(rows.slice(1));
    file.close();
    expect(text()).toBe(whole);
  });

  it('has rows in the file before append returns, and counts bytes, not characters', () => {
    const file = openCsv(path, cellAlone);
    file.append(['λ']);
    expect(text()).toBe('cell\r\nλ\r\n');
    expect(file.bytes()).toBe(Buffer.byteLength('cell\r\nλ\r\n'));
    file.close();
  });

  it('starts anew without resumeAtBytes, or with 0', () => {
    for (const options of [{}, { resumeAtBytes: 0 }]) {
      writeFileSync(path, 'what an older run left');
      openCsv(path, curve, options).close();
      expect(text()).toBe('step,loss\r\n');
    }
  });

  it('continues at the checkpoint and forgets what came later, torn rows too', () => {
    const first = openCsv(path, curve);
    first.append([{ step: 1 }]);
    const resumeAtBytes = first.bytes();
    first.append([{ step: 2 }]);
    first.close();
    appendFileSync(path, '3,0.');
    const second = openCsv(path, curve, { resumeAtBytes });
    second.append([{ step: 2, loss: 7 }]);
    second.close();
    expect(text()).toBe('step,loss\r\n1,\r\n2,7\r\n');
  });

  it('refuses a file that is shorter than at the checkpoint, or gone', () => {
    const remedy = 'the file was changed since the checkpoint; start the run again with run --overwrite';
    const reopen = () => openCsv(path, curve, { resumeAtBytes: 99 });
    expect(reopen).toThrow(
      new DataError(`${path}: expected a file of at least 99 bytes, got no file; ${remedy}`),
    );
    expect(existsSync(path)).toBe(false);
    writeFileSync(path, 'step,loss\r\n');
    expect(reopen).toThrow(
      new DataError(`${path}: expected at least 99 bytes, as at the checkpoint, got 11; ${remedy}`),
    );
    expect(text()).toBe('step,loss\r\n');
  });

  it('refuses a file with other columns, or cut within a row, and leaves it as it was', () => {
    writeFileSync(path, 'step,cost\r\n1,2\r\n');
    expect(() => openCsv(path, curve, { resumeAtBytes: 16 })).toThrow(
      `${path}: expected the header step,loss, got "step,cost"`,
    );
    writeFileSync(path, 'step,loss\r\n1,2\r\n');
    expect(() => openCsv(path, curve, { resumeAtBytes: 14 })).toThrow(
      `${path}: expected a row's end at byte 14`,
    );
    expect(text()).toBe('step,loss\r\n1,2\r\n');
  });

  it('appends all rows of a call or none', () => {
    const file = openCsv(path, curve);
    function* failing(): Generator<Point> {
      yield { step: 1 };
      throw new Error('no second row');
    }
    expect(() => file.append(failing())).toThrow('no second row');
    file.append([{ step: 5 }]);
    file.close();
    expect(text()).toBe('step,loss\r\n5,\r\n');
  });

  it('names the file and the remedy when the folder cannot be written', () => {
    writeFileSync(join(folder, 'file'), '');
    const inside = join(folder, 'file', 'table.csv');
    const message = 'a part of this path is a file; choose another folder (--out)';
    expect(() => openCsv(inside, curve)).toThrow(message);
    expect(() => openCsv(inside, curve, { resumeAtBytes: 5 })).toThrow(message);
  });

  it.runIf(existsSync('/dev/full'))('says that the disk is full', () => {
    expect(() => openCsv('/dev/full', curve)).toThrow(
      '/dev/full: expected a writable file, got "ENOSPC"; free some',
    );
  });

  it('loses no appended row to kill -9', async () => {
    const script = `
      import { openCsv } from ${JSON.stringify(new URL('../../src/base/csv.ts', import.meta.url).href)};
      const file = openCsv(${JSON.stringify(path)}, [{ name: 'step', value: (row) => row }]);
      for (let step = 0; ; step++) {
        file.append([step]);
        if (step === 100) console.log('appended');
      }`;
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script]);
    await new Promise((resolve, reject) => {
      child.stdout.once('data', resolve);
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`the writer ended early with ${code}`)));
    });
    child.removeAllListeners('exit');
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
    const steps = text().split('\r\n').slice(1, -1).map(Number);
    expect(steps.length).toBeGreaterThan(100);
    expect(steps).toEqual(steps.map((_, i) => i));
  });
});
