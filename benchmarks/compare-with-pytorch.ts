/**
 * Runs our joint step and PyTorch's in turn, A B A B, and prints the ratio pair by pair.
 *
 *   npx tsx benchmarks/compare-with-pytorch.ts quick laptop --pairs 5 --python /usr/bin/python3
 *
 * Three ratios: of median steps, which is what a user feels; of processor time a step; and of fastest steps, which other
 * programs disturb least.
 *
 * Needs a Python with PyTorch; on Debian: apt-get install python3-torch libopenblas0-pthread
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import yargs from 'yargs';
import { known, presetsFolder, textTable } from '../src/commands/command.ts';
import { resolveConfig } from '../src/config/resolve.ts';

interface Measurement {
  stepMilliseconds: number;
  tokensPerSecond: number;
  fastestMilliseconds: number;
  cpuMilliseconds: number;
  peakMemoryBytes: number;
}

const { presets, pairs, seconds, python } = yargs(process.argv.slice(2))
  .command('$0 <presets..>', 'compare the joint step', (y) =>
    y.positional('presets', { type: 'string', array: true, demandOption: true }),
  )
  .option('pairs', { type: 'number', default: 5 })
  .option('seconds', { type: 'number', default: 15, describe: 'of each measurement' })
  .option('python', { type: 'string', default: 'python3' })
  .strict()
  .parseSync() as unknown as { presets: string[]; pairs: number; seconds: number; python: string };

for (const preset of presets) {
  const rows = Array.from({ length: pairs }, (_, i) => comparePair(preset, i + 1));
  process.stdout.write(`\n${preset}\n`);
  const cells = rows.map(({ pair, ours, theirs, ratio, cpuRatio, fastestRatio }) => [
    String(pair),
    ours.tokensPerSecond.toFixed(0),
    theirs.tokensPerSecond.toFixed(0),
    ratio.toFixed(3),
    cpuRatio.toFixed(3),
    fastestRatio.toFixed(3),
    (ours.peakMemoryBytes / 2 ** 20).toFixed(0),
    (theirs.peakMemoryBytes / 2 ** 20).toFixed(0),
  ]);
  const heading = [
    'pair',
    'ours tokens/s',
    'PyTorch tokens/s',
    'ratio',
    'CPU ratio',
    'fastest ratio',
    'ours MiB',
    'PyTorch MiB',
  ];
  process.stdout.write(`${textTable(heading, cells)}\n`);
  const medians = {
    'median step': median(rows.map(({ ratio }) => ratio)),
    'processor time': median(rows.map(({ cpuRatio }) => cpuRatio)),
    'fastest step': median(rows.map(({ fastestRatio }) => fastestRatio)),
  };
  const texts = Object.entries(medians).map(([name, value]) => `${name} ${value.toFixed(3)}`);
  process.stdout.write(`median ratios: ${texts.join(', ')}\n`);
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

function comparePair(preset: string, pair: number) {
  const ours = measure(process.execPath, [
    '--import',
    'tsx',
    here('joint-step.ts'),
    preset,
    '--seconds',
    String(seconds),
  ]);
  const theirs = measure(python, [
    here('pytorch_joint_step.py'),
    ...pytorchFlags(preset),
    '--seconds',
    String(seconds),
  ]);
  const ratio = ours.tokensPerSecond / theirs.tokensPerSecond;
  const cpuRatio = theirs.cpuMilliseconds / ours.cpuMilliseconds;
  const fastestRatio = theirs.fastestMilliseconds / ours.fastestMilliseconds;
  return { pair, ours, theirs, ratio, cpuRatio, fastestRatio };
}

function measure(program: string, args: string[]): Measurement {
  const env = { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' };
  return JSON.parse(
    execFileSync(program, args, { encoding: 'utf8', env }).trim().split('\n').at(-1)!,
  ) as Measurement;
}

/** The same sizes, spelt as the Python script's flags. */
function pytorchFlags(preset: string): string[] {
  const { model, data, training, generator } = resolveConfig(preset, { known, presetsFolder });
  const flags: Record<string, string | number> = {
    vocabulary: data.vocabularySize,
    hidden: model.hidden,
    layers: model.layers,
    heads: model.heads,
    'feed-forward': model.feedForward,
    embedding: model.embedding,
    'generator-fraction': generator.size,
    length: data.sequenceLength,
    batch: training.batchSize,
    positions: model.positions,
    dropout: model.dropout,
    threads: 1,
  };
  return Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]);
}

function here(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url));
}
