/** A bench as people read it: one column a measurement. */
import { percent } from '../base/percent.ts';
import type { MatrixRate } from '../engine/matrix-rate.ts';
import type { StageBench } from '../training/step-bench.ts';
import { textTable } from './text-table.ts';

/** A stage's measurement beside what the machine can do. */
export interface BenchRow extends StageBench {
  /** The best rate that each library's matrix products reached here, with as many threads. */
  rates: MatrixRate[];
  /** Of the step's products, over the whole step, as a share of the best of `rates`. */
  flopUtilisation: number;
}

/** Operators that take less than this share of the time everywhere are left out. */
const smallestShare = 0.005;

const measures: [name: string, show: (row: BenchRow) => string][] = [
  ['tokens/s', ({ tokensPerSecond }) => tokensPerSecond.toFixed(0)],
  ['steps/s', ({ stepsPerSecond }) => stepsPerSecond.toPrecision(3)],
  ['ms a step', ({ stepSeconds }) => milliseconds(stepSeconds)],
  ['  forward', ({ forwardSeconds }) => milliseconds(forwardSeconds)],
  ['  backward', ({ backwardSeconds }) => milliseconds(backwardSeconds)],
  ['  optimiser', ({ optimiserSeconds }) => milliseconds(optimiserSeconds)],
  ['  host (batch, noise)', ({ hostSeconds }) => milliseconds(hostSeconds)],
  ['steps timed', ({ stepsTimed }) => String(stepsTimed)],
  ['compile, s', ({ compileSeconds }) => compileSeconds.toFixed(2)],
  ['peak memory, MiB', ({ peakMemoryBytes }) => (peakMemoryBytes / 2 ** 20).toFixed(0)],
  ['products, GFLOP a step', ({ flopsPerStep }) => (flopsPerStep / 1e9).toPrecision(3)],
  ['products, GFLOP/s', ({ flopsPerSecond }) => gigaflops(flopsPerSecond)],
  ['best rate, GFLOP/s', ({ rates }) => gigaflops(Math.max(...rates.map((rate) => rate.flopsPerSecond)))],
  ['FLOP utilisation', ({ flopUtilisation }) => percent(flopUtilisation)],
];

export function benchTables(rows: readonly BenchRow[]): string {
  const header = rows.map(titleOf);
  const main = measures.map(([name, show]) => [name, ...rows.map(show)]);
  const parts = [textTable(['', ...header], main)];
  const operators = operatorRows(rows);
  if (operators.length > 0) parts.push(textTable(['share of the time in operators', ...header], operators));
  parts.push(...fallbackLines(rows), ...rateLines(rows), explanation);
  return parts.join('\n\n');
}

const explanation = [
  'Medians, on random tokens. Forward and backward are one program: its time is split as the profile splits the time of',
  'its operators, into those that the losses need and those that only gradients do. Utilisation: FLOPs of the matrix',
  'products that a step executes, over the whole step, against the best rate of a large product measured just now.',
].join('\n');

function titleOf({ engine, threads, stage }: BenchRow): string {
  return [stage, engine, ...(threads ? [`${threads} thread${threads === 1 ? '' : 's'}`] : [])].join(', ');
}

/** In the order of the first measurement that has a profile. */
function operatorRows(rows: readonly BenchRow[]): string[][] {
  const names = [...new Set(rows.flatMap(({ operators = [] }) => operators.map(({ operator }) => operator)))];
  const shareOf = (row: BenchRow, name: string) =>
    row.operators?.find(({ operator }) => operator === name)?.share ?? 0;
  return names
    .filter((name) => rows.some((row) => shareOf(row, name) >= smallestShare))
    .map((name) => [name, ...rows.map((row) => (row.operators ? percent(shareOf(row, name)) : ''))]);
}

function fallbackLines(rows: readonly BenchRow[]): string[] {
  return rows.flatMap((row) => {
    const count = row.nodesOnProcessor;
    return count === undefined ? [] : [`${titleOf(row)}: ${count} nodes of a step are left to the processor`];
  });
}

function rateLines(rows: readonly BenchRow[]): string[] {
  const lines = rows.flatMap(({ rates }) =>
    rates.map(
      ({ library, size, flopsPerSecond }) =>
        `${library}: ${gigaflops(flopsPerSecond)} GFLOP/s at ${size} x ${size}`,
    ),
  );
  return [`Best rates: ${[...new Set(lines)].join('; ')}`];
}

function milliseconds(seconds: number | undefined): string {
  return seconds === undefined ? '' : (1000 * seconds).toFixed(1);
}

function gigaflops(flopsPerSecond: number): string {
  return (flopsPerSecond / 1e9).toFixed(0);
}
