/**
 * Fine-tunes a preset's encoder on SST-2 here and in PyTorch, in turn, A B A B, on the very same padded batches.
 *
 *   npx tsx benchmarks/compare-finetune.ts quick --glue-dir glue --python /usr/bin/python3
 *
 * By default the first 400 batches of an epoch, which are shuffled, so that they are of all lengths. The epoch that
 * they stand for: the first step of each length, in which our program is compiled, once; the others at their mean.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import yargs from 'yargs';
import { markdownTable } from '../src/base/markdown.ts';
import { taskNamed } from '../src/downstream/tasks/registry.ts';
import { mean } from '../src/statistics/describe.ts';
import { configOf, pytorchFlags } from './joint-program.ts';
import { mebibytes, runOurs, runPython } from './run-process.ts';

/** What finetune-epoch.ts says of the batches that it has written. */
interface Written {
  vocabulary: number;
  /** The longest length. */
  limit: number;
  batchSize: number;
  /** Of each batch. */
  lengths: number[];
  stepsPerEpoch: number;
}

interface Measurement {
  stepSeconds: number[];
  peakMemoryBytes: number;
}

interface Theirs extends Measurement {
  torch: string;
  blas: string;
}

const { preset, glueDir, task, steps, pairs, python } = yargs(process.argv.slice(2))
  .command('$0 <preset>', 'compare fine-tuning', (y) =>
    y.positional('preset', { type: 'string', demandOption: true }),
  )
  .option('glue-dir', { type: 'string', demandOption: true })
  .option('task', { type: 'string', default: 'sst-2', describe: 'one of single sentences and classes' })
  .option('steps', { type: 'number', default: 400, describe: 'of the epoch, at most' })
  .option('pairs', { type: 'number', default: 2 })
  .option('python', { type: 'string', default: 'python3' })
  .strict()
  .parseSync() as unknown as {
  preset: string;
  glueDir: string;
  task: string;
  steps: number;
  pairs: number;
  python: string;
};

const ourFlags = [preset, '--glue-dir', glueDir, '--task', task, '--steps', String(steps)];
const { written, batches } = await writeBatches();
const rows: string[][] = [];
let peer = '';
for (let pair = 1; pair <= pairs; pair++) {
  const ours = await runOurs<Measurement>('finetune-epoch.ts', ourFlags);
  const theirs = await measureTheirs();
  peer = `PyTorch ${theirs.torch}, ${theirs.blas}`;
  const [a, b] = [epochSeconds(ours), epochSeconds(theirs)];
  rows.push([
    ...[String(pair), a.toFixed(1), b.toFixed(1), (a / b).toFixed(3)],
    ...[mebibytes(ours.peakMemoryBytes), mebibytes(theirs.peakMemoryBytes)],
  ]);
}
const { lengths, stepsPerEpoch } = written;
const header = ['pair', 'our epoch, s', "PyTorch's, s", 'ratio', 'our peak MiB', "PyTorch's"];
process.stdout.write(
  `${preset}, ${task}: ${lengths.length} of ${stepsPerEpoch} steps of an epoch were run; ${peer}\n\n`,
);
process.stdout.write(`${markdownTable(header, rows)}\n`);

async function writeBatches(): Promise<{ written: Written; batches: Buffer }> {
  const folder = mkdtempSync(join(tmpdir(), 'electra-lab-batches-'));
  try {
    const file = join(folder, 'batches');
    const written = await runOurs<Written>('finetune-epoch.ts', [...ourFlags, '--write', file]);
    return { written, batches: readFileSync(file) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function measureTheirs(): Promise<Theirs> {
  const { vocabulary, limit, batchSize, lengths } = written;
  const config = configOf(preset);
  const { dropout, attentionDropout, learningRate, layerDecay, weightDecay } = config.finetune;
  const flags = pytorchFlags({
    ...config,
    model: { ...config.model, dropout, attentionDropout },
    data: { ...config.data, vocabularySize: vocabulary, sequenceLength: limit },
    training: { ...config.training, batchSize },
  });
  const header = { lengths, classes: taskNamed(task).labels.length, learningRate, layerDecay, weightDecay };
  const input = Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), batches]);
  return runPython<Theirs>(python, 'pytorch_finetune_epoch.py', flags, input);
}

/** @returns exactly the sum, where the whole epoch was run */
function epochSeconds({ stepSeconds }: Measurement): number {
  const isFirst = (step: number) => written.lengths.indexOf(written.lengths[step]!) === step;
  const firsts = stepSeconds.filter((_, step) => isFirst(step));
  const others = stepSeconds.filter((_, step) => !isFirst(step));
  const sumOfFirsts = firsts.reduce((sum, seconds) => sum + seconds, 0);
  return sumOfFirsts + mean(others) * (written.stepsPerEpoch - firsts.length);
}
