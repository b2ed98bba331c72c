/**
 * Runs the joint step of another checkout and of this one in turn, round by round within one process: what a change did
 * to speed, on a machine whose own speed moves. Forward and backward only, one thread, without batch and optimiser.
 *
 *   git worktree add ../before HEAD~1 && (cd ../before && npm ci)
 *   npx tsx benchmarks/compare-checkouts.ts ../before quick laptop --seconds 60
 *
 * Also how far the outputs, losses and gradients, come apart: nothing, where a change is one of speed alone.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { deserialize } from 'node:v8';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import yargs from 'yargs';
import { markdownTable } from '../src/base/markdown.ts';
import { sessionOptions } from '../src/engine/onnx/onnx-engine.ts';
import { median } from '../src/statistics/describe.ts';
import { here } from './run-process.ts';
import type { StepModel, StepTensor } from './step-model.ts';

interface Side {
  outputs: Record<string, StepTensor>;
  /** @returns milliseconds */
  run(): Promise<number>;
}

const { before, presets, seconds } = yargs(process.argv.slice(2))
  .command('$0 <before> <presets..>', 'compare the joint step of two checkouts', (y) =>
    y
      .positional('before', { type: 'string', demandOption: true, describe: 'folder of the other checkout' })
      .positional('presets', { type: 'string', array: true, demandOption: true }),
  )
  .option('seconds', { type: 'number', default: 30, describe: 'for each preset' })
  .check(({ before }) => {
    const isReady = ['benchmarks', 'node_modules'].every((name) => existsSync(join(String(before), name)));
    return isReady || `before: expected a checkout after npm ci, got ${before}; npm ci there`;
  })
  .strict()
  .parseSync() as unknown as { before: string; presets: string[]; seconds: number };

const rows: string[][] = [];
for (const preset of presets) {
  const [old, now] = [await open(before, preset), await open(join(here('.'), '..'), preset)];
  const rounds = await alternate(old, now);
  rows.push([preset, String(rounds.length), ...summary(rounds), difference(old, now).toExponential(1)]);
}
const times = ['before, ms', 'now', 'fastest before', 'now', 'now over before', 'rounds won'];
process.stdout.write(`${markdownTable(['preset', 'rounds', ...times, 'outputs apart'], rows)}\n`);

async function open(checkout: string, preset: string): Promise<Side> {
  const folder = mkdtempSync(join(tmpdir(), 'electra-lab-step-'));
  const file = join(folder, 'step');
  const command = ['--import', 'tsx', here('step-model.ts'), resolve(checkout), preset, file];
  execFileSync(process.execPath, command, { cwd: here('.'), stdio: ['ignore', 'ignore', 'inherit'] });
  const step = deserialize(readFileSync(file)) as StepModel;
  rmSync(folder, { recursive: true });
  const session = await InferenceSession.create(step.model, sessionOptions(1));
  const [feeds, fetches] = [tensorsOf(step.inputs), tensorsOf(step.outputs)];
  const run = async () => {
    const since = performance.now();
    await session.run(feeds, fetches);
    return performance.now() - since;
  };
  await run(); // Asks the system for memory.
  return { outputs: step.outputs, run };
}

function tensorsOf(tensors: Record<string, StepTensor>): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { shape, data }]) => [
      name,
      data instanceof Float32Array ? new Tensor('float32', data, shape) : new Tensor('int32', data, shape),
    ]),
  );
}

/** Each goes first in every other round. */
async function alternate(old: Side, now: Side): Promise<[old: number, now: number][]> {
  const rounds: [number, number][] = [];
  for (const until = performance.now() + 1000 * seconds; performance.now() < until; ) {
    if (rounds.length % 2 === 0) rounds.push([await old.run(), await now.run()]);
    else rounds.push([await now.run(), await old.run()].reverse() as [number, number]);
  }
  return rounds;
}

function summary(rounds: readonly [old: number, now: number][]): string[] {
  const [old, now] = [rounds.map(([time]) => time), rounds.map(([, time]) => time)];
  const milliseconds = [median(old), median(now), Math.min(...old), Math.min(...now)];
  const faster = rounds.filter(([old, now]) => now < old).length / rounds.length;
  const ratio = median(rounds.map(([old, now]) => now / old));
  return [...milliseconds.map((time) => time.toFixed(1)), ratio.toFixed(3), `${(100 * faster).toFixed(0)} %`];
}

/** The largest, over the outputs, of ‖now − old‖ / ‖old‖. */
function difference(old: Side, now: Side): number {
  const square = (values: ArrayLike<number>) => Array.from(values).reduce((sum, x) => sum + x * x, 0);
  const ratios = Object.entries(old.outputs).map(([name, { data }]) => {
    const others = now.outputs[name]!.data;
    return Math.sqrt(square(data.map((x, i) => x - others[i]!)) / (square(data) || 1));
  });
  return Math.max(...ratios);
}
