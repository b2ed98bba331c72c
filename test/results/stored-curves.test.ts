import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, describe, expect, it } from 'vitest';
import { writeCsv } from '../../src/base/csv.ts';
import { DataError } from '../../src/base/errors.ts';
import { RandomStream } from '../../src/base/random.ts';
import { readCurves } from '../../src/results/stored-curves.ts';
import { type CurveRow, curveColumns } from '../../src/training/curve-rows.ts';
import { messageOf } from '../config/scratch.ts';
import { temporaryFolder } from '../end-to-end/program.ts';

const { folder, remove } = temporaryFolder();
afterAll(remove);
const header = 'run_id,step,tokens,train_flops,official_flops,elapsed_seconds,metric,value';

function fileOf(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function rows(runId: string, count: number): CurveRow[] {
  const random = new RandomStream(runId);
  return Array.from({ length: count }, (_, step) =>
    ['loss', 'accuracy'].map((metric) => ({
      ...{
        runId,
        step,
        tokens: 10 * step,
        flops: 1e12 * step,
        officialFlops: 2e12 * step,
        elapsedSeconds: step / 8,
      },
      ...{ metric, value: random.uniform() },
    })),
  ).flat();
}

describe('curves read back', () => {
  it('are what a parser of CSV reads, by run and metric', () => {
    const path = join(folder, 'two-runs.csv');
    writeCsv(path, curveColumns, [...rows('a', 5), ...rows('b', 3)]);
    const expected = (parse(readFileSync(path), { columns: true }) as Record<string, string>[])
      .filter(({ run_id, metric }) => run_id === 'b' && metric === 'loss')
      .map(({ step, tokens, train_flops, value }) => [step, tokens, train_flops, value].map(Number));
    const read = readCurves(path);
    expect([...read.keys()]).toEqual(['a', 'b']);
    expect(Object.keys(read.get('a')!)).toEqual(['loss', 'accuracy']);
    expect(
      read.get('b')!.loss!.map(({ step, tokens, trainFlops, value }) => [step, tokens, trainFlops, value]),
    ).toEqual(expected);
  });

  it('keep both ends and the peak of a curve that is too long', () => {
    const long = rows('a', 3000).map((row) =>
      row.step === 1234 && row.metric === 'loss' ? { ...row, value: 9 } : row,
    );
    const path = join(folder, 'long.csv');
    writeCsv(path, curveColumns, long);
    const { loss } = readCurves(path).get('a')!;
    const steps = loss!.map(({ step }) => step);
    expect(loss!.length).toBeLessThanOrEqual(400);
    expect(steps).toEqual(expect.arrayContaining([0, 1234, 2999]));
    expect(loss!.find(({ step }) => step === 1234)!.value).toBe(9);
  });

  it('have no point where the value is not defined', () => {
    const path = fileOf('gap.csv', `${header}\r\na,0,0,0,0,0,loss,\r\na,1,2,3,4,5,loss,6\r\n`);
    expect(readCurves(path).get('a')).toEqual({ loss: [{ step: 1, tokens: 2, trainFlops: 3, value: 6 }] });
  });

  it('are the same from a file that a spreadsheet has saved with quotes and other line ends', () => {
    const quoted = `\uFEFF${header}\na,1,2,3,4,5,loss,6\n`.replace(/[^,\n\uFEFF]+/g, '"$&"');
    expect(readCurves(fileOf('quoted.csv', quoted)).get('a')!.loss).toHaveLength(1);
  });

  it('are none where there is no file', () => {
    expect(readCurves(join(folder, 'absent.csv')).size).toBe(0);
  });

  const remedy = 'the file was changed or cut off; restore it';
  it.each([
    [
      'a word for a number',
      `${header}\r\na,1,2,3,4,5,loss,6\r\na,1,2,3,4,5,loss,six\r\n`,
      3,
      'a row of 8 columns, the last a number, got "a,1,2,3,4,5,loss,six"',
    ],
    ['a row that is cut off', `${header}\r\na,1,2`, 2, 'a row of 8 columns, the last a number, got "a,1,2"'],
    [
      'a column too few',
      `${header}\r\na,1,2,3,4,loss,6\r\n`,
      2,
      'a row of 8 columns, the last a number, got "a,1,2,3,4,loss,6"',
    ],
    ['another header', 'run,step\r\n', 1, `the header ${header}, got "run,step"`],
    ['a quote that never ends', `${header}\r\n"a,1\r\n`, 3, 'a table in CSV, got "CSV_QUOTE_NOT_CLOSED"'],
  ])('name the file and line of %s', (name, text, line, what) => {
    const path = fileOf(`${name.replaceAll(' ', '-')}.csv`, text);
    expect(messageOf(() => readCurves(path), DataError)).toBe(`${path}:${line}: expected ${what}; ${remedy}`);
  });
});
