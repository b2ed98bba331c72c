/**
 * Runs our joint step and PyTorch's in turn, A B A B, and prints the ratio pair by pair.
 *
 *   npx tsx benchmarks/compare-with-pytorch.ts quick laptop electra-small --python /usr/bin/python3
 *   npx tsx benchmarks/compare-with-pytorch.ts electra-small --batch 128 --memory --python /usr/bin/python3
 *
 * Three ratios of time: of median steps, which is what a user feels; of processor time a step; and of fastest steps,
 * which other programs disturb least. Above one, ours is faster; of memory, below one, ours needs less.
 *
 * Needs a Python with PyTorch; on Debian: apt-get install python3-torch libopenblas0-pthread
 */
import yargs from 'yargs';
import { markdownTable } from '../src/base/markdown.ts';
import { median } from '../src/statistics/describe.ts';
import { configOf, pytorchFlags } from './joint-program.ts';
import { mebibytes, runOurs, runPython, type StepMeasurement } from './run-process.ts';

interface Options {
  presets: string[];
  pairs: number;
  seconds: number;
  batch: number;
  memory: boolean;
  compile: boolean;
  python: string;
}

interface Theirs extends StepMeasurement {
  torch: string;
  blas: string;
}

const options = yargs(process.argv.slice(2))
  .command('$0 <presets..>', 'compare the joint step', (y) =>
    y.positional('presets', { type: 'string', array: true, demandOption: true }),
  )
  .option('pairs', { type: 'number', default: 3 })
  .option('seconds', { type: 'number', default: 6, describe: 'of each measurement, after the first steps' })
  .option('batch', {
    type: 'number',
    default: 16,
    describe: 'sequences, at most; no more than the preset has',
  })
  .option('memory', { type: 'boolean', default: false, describe: 'one pair of one step: peak memory only' })
  .option('compile', { type: 'boolean', default: false, describe: 'PyTorch through torch.compile (2.0)' })
  .option('python', { type: 'string', default: 'python3' })
  .strict()
  .parseSync() as unknown as Options;

const memoryColumns = ['our peak MiB', "PyTorch's", 'memory ratio'];

for (const preset of options.presets) await comparePreset(preset);

async function comparePreset(preset: string): Promise<void> {
  const pairs: [StepMeasurement, Theirs][] = [];
  const batch = Math.min(options.batch, configOf(preset).training.batchSize);
  for (let i = 0; i < (options.memory ? 1 : options.pairs); i++) pairs.push(await measurePair(preset, batch));
  const [, { torch, blas }] = pairs[0]!;
  process.stdout.write(`\n${preset}, batch ${batch}; PyTorch ${torch}, ${blas}\n\n`);
  process.stdout.write(`${options.memory ? memoryTable(pairs) : timeTable(pairs)}\n`);
}

async function measurePair(preset: string, batch: number): Promise<[StepMeasurement, Theirs]> {
  const set = `training.batchSize=${batch}`;
  const limits = options.memory
    ? ['--warm-up', '0', '--steps', '1']
    : [
        '--seconds',
        String(options.seconds),
        ...(batch * configOf(preset).model.layers > 100 ? ['--warm-up', '1'] : []),
      ];
  const ours = await runOurs<StepMeasurement>('joint-step.ts', [preset, '--set', set, ...limits]);
  const flags = [...pytorchFlags(configOf(preset, [set])), ...(options.compile ? ['--compile'] : [])];
  return [ours, await runPython<Theirs>(options.python, 'pytorch_joint_step.py', [...flags, ...limits])];
}

/** One row a pair; the medians last. */
function timeTable(pairs: readonly [StepMeasurement, Theirs][]): string {
  const ratios = pairs.map(([ours, theirs]) => [
    ours.tokensPerSecond / theirs.tokensPerSecond,
    theirs.cpuMilliseconds / ours.cpuMilliseconds,
    theirs.fastestMilliseconds / ours.fastestMilliseconds,
    ours.peakMemoryBytes / theirs.peakMemoryBytes,
  ]);
  const rows = pairs.map(([ours, theirs], i) => [
    ...[String(i + 1), ours.tokensPerSecond.toFixed(0), theirs.tokensPerSecond.toFixed(0)],
    ...ratios[i]!.slice(0, 3).map((ratio) => ratio.toFixed(3)),
    ...memoryCells([ours, theirs]),
  ]);
  const medians = [0, 1, 2, 3].map((column) => median(ratios.map((row) => row[column]!)).toFixed(3));
  const last = ['median', '', '', ...medians.slice(0, 3), '', '', medians[3]!];
  const times = ['median step', 'processor time', 'fastest step'];
  return markdownTable(['pair', 'ours, tokens/s', 'PyTorch', ...times, ...memoryColumns], [...rows, last]);
}

function memoryTable(pairs: readonly [StepMeasurement, Theirs][]): string {
  return markdownTable(memoryColumns, pairs.map(memoryCells));
}

function memoryCells([ours, theirs]: readonly [StepMeasurement, StepMeasurement]): string[] {
  const ratio = ours.peakMemoryBytes / theirs.peakMemoryBytes;
  return [mebibytes(ours.peakMemoryBytes), mebibytes(theirs.peakMemoryBytes), ratio.toFixed(3)];
}
