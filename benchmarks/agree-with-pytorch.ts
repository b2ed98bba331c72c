/**
 * Trains the joint regime here and in PyTorch from the same weights, batches and noise, and prints how far the losses
 * come apart. Nothing is timed.
 *
 *   npx tsx benchmarks/agree-with-pytorch.ts quick --steps 100 --python /usr/bin/python3
 *
 * The tokens are random, but some frequent and most rare (Zipf), so that the losses have somewhere to fall.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import yargs from 'yargs';
import { markdownTable } from '../src/base/markdown.ts';
import { openOnnx } from '../src/engine/engines.ts';
import type { HostArray } from '../src/engine/program.ts';
import { learningRateAt } from '../src/optim/schedule.ts';
import { configOf, openJointStep, pytorchFlags } from './joint-program.ts';

interface Losses {
  loss: number;
  mlmLoss: number;
  rtdLoss: number;
}

const { preset, set, steps, batch, python } = yargs(process.argv.slice(2))
  .command('$0 <preset>', 'compare the losses of the joint regime', (y) =>
    y.positional('preset', { type: 'string', demandOption: true }),
  )
  .option('set', { type: 'string', array: true, default: [] })
  .option('steps', { type: 'number', default: 100 })
  .option('batch', {
    type: 'number',
    default: 4,
    describe: 'sequences, at most; no more than the preset has',
  })
  .option('python', { type: 'string', default: 'python3' })
  .strict()
  .parseSync() as unknown as {
  preset: string;
  set: string[];
  steps: number;
  batch: number;
  python: string;
};

const size = Math.min(batch, configOf(preset, set).training.batchSize);
const config = configOf(preset, [...set, `training.batchSize=${size}`]);
const { learningRate, warmupSteps } = config.optimiser;
const rateAt = (step: number) => learningRateAt(step, 0, learningRate, warmupSteps);
const joint = await openJointStep({
  ...{ config, frequencies: 'zipf', learningRateAt: rateAt },
  engine: await openOnnx(1),
});
const [ours, theirs] = await trainBoth();
report();

async function trainBoth(): Promise<[Losses[], Losses[]]> {
  const script = fileURLToPath(new URL('pytorch_joint_losses.py', import.meta.url));
  const peer = spawn(python, [script, ...pytorchFlags(config)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(peer, 'close');
  const lines: Losses[] = [];
  createInterface({ input: peer.stdout }).on('line', (line) => lines.push(JSON.parse(line) as Losses));
  const send = async (array: HostArray) => {
    // A copy: the next step overwrites the array, perhaps before the pipe has taken it.
    if (!peer.stdin.write(new Uint8Array(array.slice().buffer))) await once(peer.stdin, 'drain');
  };
  peer.stdin.write(`${JSON.stringify(header())}\n`);
  await send(joint.store.values);
  const losses: Losses[] = [];
  for (let step = 0; step < steps; step++) losses.push(await takeStep(step, send));
  peer.stdin.end();
  await ended;
  return [losses, lines];
}

function header() {
  const { store, program } = joint;
  return {
    ...{ steps, masked: program.inputs.maskedPositions!.length },
    weights: store.parameters.map(({ key, spec }) => ({ name: key, shape: spec.shape })),
    noise: program.noise.map(({ name, shape }) => ({ name, shape })),
  };
}

/** What a step is made of, on its way to PyTorch; then the step. */
async function takeStep(step: number, send: (array: HostArray) => Promise<void>): Promise<Losses> {
  const { program, fill, take } = joint;
  fill(step, program);
  await send(Float32Array.of(rateAt(step)));
  for (const name of ['tokenIds', 'segmentIds', 'maskedPositions']) await send(program.inputs[name]!);
  for (const { name } of program.noise) await send(program.inputs[name]!);
  await take(step); // fills the same again
  const [loss, mlmLoss, rtdLoss] = ['loss', 'mlmLoss', 'rtdLoss'].map((name) => program.outputs[name]![0]!);
  return { loss: loss!, mlmLoss: mlmLoss!, rtdLoss: rtdLoss! };
}

function report(): void {
  if (theirs.length !== steps)
    throw new Error(`pytorch_joint_losses.py: expected ${steps} steps, got ${theirs.length}`);
  const names = ['loss', 'mlmLoss', 'rtdLoss'] as const;
  const differenceAt = (step: number, name: keyof Losses) =>
    Math.abs(ours[step]![name] - theirs[step]![name]) / Math.abs(theirs[step]![name]);
  const rows = names.map((name) => {
    const differences = ours.map((_, step) => differenceAt(step, name));
    return [
      ...[name, ours[0]![name].toFixed(5), ours.at(-1)![name].toFixed(5), theirs.at(-1)![name].toFixed(5)],
      ...[differences[0]!.toExponential(1), Math.max(...differences).toExponential(1)],
    ];
  });
  const columns = ['first', 'last, ours', 'last, PyTorch', 'difference of the first', 'largest difference'];
  process.stdout.write(`${preset}, ${size} sequences, ${steps} steps; relative differences\n\n`);
  process.stdout.write(`${markdownTable(['', ...columns], rows)}\n`);
}
