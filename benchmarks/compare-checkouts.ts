/**
 * Runs the joint step of another checkout and of this one in turn, A B A B, and prints the ratio pair by pair: what a
 * change did to speed, on a machine whose own speed moves.
 *
 *   git worktree add ../before HEAD~1 && (cd ../before && npm ci)
 *   npx tsx benchmarks/compare-checkouts.ts ../before quick laptop --pairs 8 --seconds 4
 *
 * Above one, this checkout is faster; of memory, below one, it needs less.
 */
import { join } from 'node:path';
import yargs from 'yargs';
import { markdownTable } from '../src/report/markdown.ts';
import { median } from '../src/statistics/describe.ts';
import { here, runScript, type StepMeasurement } from './run-process.ts';

const { before, presets, pairs, seconds } = yargs(process.argv.slice(2))
  .command('$0 <before> <presets..>', 'compare the joint step of two checkouts', (y) =>
    y
      .positional('before', { type: 'string', demandOption: true, describe: 'folder of the other checkout' })
      .positional('presets', { type: 'string', array: true, demandOption: true }),
  )
  .option('pairs', { type: 'number', default: 8 })
  .option('seconds', { type: 'number', default: 4, describe: 'of each measurement, after the first steps' })
  .strict()
  .parseSync() as unknown as { before: string; presets: string[]; pairs: number; seconds: number };

for (const preset of presets) {
  const ratios: number[][] = [];
  const measure = (folder: string) =>
    runScript<StepMeasurement>(folder, 'joint-step.ts', [preset, '--seconds', String(seconds)]);
  for (let i = 0; i < pairs; i++) {
    const [old, now] = [await measure(join(before, 'benchmarks')), await measure(here('.'))];
    ratios.push([
      ...[old.stepMilliseconds, now.stepMilliseconds],
      old.stepMilliseconds / now.stepMilliseconds,
      old.cpuMilliseconds / now.cpuMilliseconds,
      old.fastestMilliseconds / now.fastestMilliseconds,
      now.peakMemoryBytes / old.peakMemoryBytes,
    ]);
  }
  const medians = ratios[0]!.map((_, column) => median(ratios.map((row) => row[column]!)));
  const cells = (row: readonly number[]) => row.map((value, i) => value.toFixed(i < 2 ? 1 : 3));
  const header = ['pair', 'before, ms', 'now', 'median step', 'processor time', 'fastest step', 'memory'];
  const rows = [...ratios.map((row, i) => [String(i + 1), ...cells(row)]), ['median', ...cells(medians)]];
  process.stdout.write(`\n${preset}\n\n${markdownTable(header, rows)}\n`);
}
