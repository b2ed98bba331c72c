import { describe, expect, it } from 'vitest';
import { type BenchRow, benchTables } from '../../src/commands/bench-tables.ts';

const row: BenchRow = {
  stage: 'joint',
  engine: 'onnx',
  threads: 1,
  stepsTimed: 4,
  stepSeconds: 0.05,
  hostSeconds: 0.002,
  runSeconds: 0.04,
  optimiserSeconds: 0.008,
  forwardSeconds: 0.015,
  backwardSeconds: 0.025,
  stepsPerSecond: 20,
  tokensPerSecond: 20480,
  compileSeconds: 0.25,
  peakMemoryBytes: 300 * 2 ** 20,
  flopsPerStep: 4e9,
  flopsPerSecond: 80e9,
  operators: [
    { operator: 'Gemm', nodes: 3, share: 0.996 },
    { operator: 'Not', nodes: 1, share: 0.004 },
  ],
  rates: [
    { library: 'ours', size: 512, flopsPerSecond: 90e9 },
    { library: 'theirs', size: 1024, flopsPerSecond: 100e9 },
  ],
  flopUtilisation: 80 / 100,
};

const linesOf = (rows: BenchRow[]) => benchTables(rows).split('\n');
const lineOf = (rows: BenchRow[], name: string) => linesOf(rows).find((line) => line.startsWith(name));

describe('the tables of a bench', () => {
  it('show the step in milliseconds, part by part', () => {
    expect(lineOf([row], 'ms a step')).toMatch(/50\.0$/);
    expect(lineOf([row], '  forward')).toMatch(/15\.0$/);
    expect(lineOf([row], '  backward')).toMatch(/25\.0$/);
    expect(lineOf([row], '  host')).toMatch(/2\.0$/);
  });

  it('hold the products against the better library', () => {
    expect(lineOf([row], 'best rate')).toMatch(/100$/);
    expect(lineOf([row], 'FLOP utilisation')).toMatch(/80\.0 %$/);
    expect(lineOf([row], 'Best rates')).toBe(
      'Best rates: ours: 90 GFLOP/s at 512 x 512; theirs: 100 GFLOP/s at 1024 x 1024',
    );
  });

  it('leave out operators that take next to nothing', () => {
    expect(lineOf([row], 'Gemm')).toMatch(/99\.6 %$/);
    expect(lineOf([row], 'Not')).toBeUndefined();
  });

  it('leave a cell empty where an engine knows nothing of operators', () => {
    const { operators: _, forwardSeconds: __, backwardSeconds: ___, threads: ____, ...other } = row;
    const rows = [row, { ...other, engine: 'javascript' }];
    expect(lineOf(rows, 'Gemm')).toMatch(/99\.6 %$/);
    expect(lineOf(rows, '  forward')).toMatch(/15\.0$/);
    expect(linesOf(rows)[0]).toMatch(/joint, onnx, 1 thread +joint, javascript$/);
  });
});
