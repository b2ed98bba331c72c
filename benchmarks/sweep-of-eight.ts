/**
 * Eight runs of the joint step on two cores, two at a time and one thread each: ours, then PyTorch's, then again.
 *
 *   npx tsx benchmarks/sweep-of-eight.ts --python /usr/bin/python3
 *
 * Fewer steps than a whole run (quick has 3000), and nothing but steps: no evaluation, no checkpoints on either side.
 * Wall clock from the first start to the last end, so that starting Node, compiling and importing PyTorch are in it;
 * both weigh more here than in whole runs. Without them: the steps alone. Ours has large pages, as a sweep's cells do.
 */
import yargs from 'yargs';
import { markdownTable } from '../src/base/markdown.ts';
import { withLargePages } from '../src/engine/large-pages.ts';
import { configOf, pytorchFlags } from './joint-program.ts';
import { runOurs, runPython, type StepMeasurement } from './run-process.ts';

interface SweepMeasurement {
  wallSeconds: number;
  /** The steps of all runs, over the runs at once. */
  stepSeconds: number;
}

const { preset, cells, jobs, steps, rounds, python } = yargs(process.argv.slice(2))
  .option('preset', { type: 'string', default: 'quick' })
  .option('cells', { type: 'number', default: 8, describe: 'runs in all' })
  .option('jobs', { type: 'number', default: 2, describe: 'runs at once' })
  .option('steps', { type: 'number', default: 120, describe: 'of each run' })
  .option('rounds', { type: 'number', default: 2, describe: 'pairs of sweeps' })
  .option('python', { type: 'string', default: 'python3' })
  .strict()
  .parseSync();

const limits = ['--warm-up', '0', '--seconds', '1e9', '--steps', String(steps)];
const runOur = () => runOurs<StepMeasurement>('joint-step.ts', [preset, ...limits], withLargePages({}));
const flags = pytorchFlags(configOf(preset));
const runTheir = () => runPython<StepMeasurement>(python, 'pytorch_joint_step.py', [...flags, ...limits]);

const rows: string[][] = [];
for (let round = 1; round <= rounds; round++) {
  const [ours, theirs] = [await sweep(runOur), await sweep(runTheir)];
  const ratio = (part: keyof SweepMeasurement) => (ours[part] / theirs[part]).toFixed(3);
  rows.push([
    ...[String(round), ours.wallSeconds.toFixed(1), theirs.wallSeconds.toFixed(1), ratio('wallSeconds')],
    ...[ours.stepSeconds.toFixed(1), theirs.stepSeconds.toFixed(1), ratio('stepSeconds')],
  ]);
}
const header = ['round', 'ours, s', 'PyTorch, s', 'ratio', 'our steps, s', "PyTorch's", 'ratio of steps'];
process.stdout.write(`${cells} runs of ${steps} steps of ${preset}, ${jobs} at a time\n\n`);
process.stdout.write(`${markdownTable(header, rows)}\n`);

async function sweep(run: () => Promise<StepMeasurement>): Promise<SweepMeasurement> {
  let [started, stepSeconds] = [0, 0];
  const since = performance.now();
  const work = async () => {
    while (started < cells) {
      started++;
      const { steps, stepMilliseconds } = await run();
      stepSeconds += (steps * stepMilliseconds) / 1000 / jobs;
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
  return { wallSeconds: (performance.now() - since) / 1000, stepSeconds };
}
