/**
 * How fast each operator of the joint step runs at each of its shapes, beside PyTorch's operator on the same shapes
 * alone, and what that leaves to win.
 *
 *   npx tsx benchmarks/operator-rates.ts laptop --python /usr/bin/python3
 *
 * Of each node, and of each of PyTorch's, the fastest run counts. PyTorch is timed twice: with operands that are in the
 * processor's cache if they fit, and with ones that come from memory. Within a step most are neither the one nor the
 * other. It has it easier with products: no factor is transposed, and nothing is added.
 */
import yargs from 'yargs';
import { markdownTable } from '../src/base/markdown.ts';
import { openOnnx } from '../src/engine/engines.ts';
import {
  engineRate,
  fastestOf,
  type MatrixRate,
  pythonRate,
  rateDefaults,
} from '../src/engine/matrix-rate.ts';
import { type KernelTime, productOperators, profileProgram } from '../src/engine/onnx/operator-profile.ts';
import { sizeOf } from '../src/engine/program.ts';
import { configOf, openJointStep } from './joint-program.ts';
import { runPython } from './run-process.ts';

const { preset, set, runs, python } = yargs(process.argv.slice(2))
  .command('$0 <preset>', 'rate the operators of the joint step', (y) =>
    y.positional('preset', { type: 'string', demandOption: true }),
  )
  .option('set', { type: 'string', array: true, default: [], describe: 'key=value' })
  .option('runs', { type: 'number', default: 40, describe: 'of the step' })
  .option('python', { type: 'string', default: 'python3' })
  .strict()
  .parseSync() as unknown as {
  preset: string;
  set: string[];
  runs: number;
  python: string;
};

/** A kernel of ours and the same by PyTorch, in seconds of all nodes; ours again where it has no one operator for it. */
interface Rated extends KernelTime {
  cached: number;
  fromMemory: number;
}

const engine = await openOnnx(1);
const ratesBefore = await bestRates();
const { recorded, memory, program, fill } = await openJointStep({ config: configOf(preset, set), engine });
await program.dispose();
const { kernels, seconds } = await profileProgram(recorded, { memory, threads: 1, runs, fill });
const [cached, fromMemory] = [await peerTimes(0), await peerTimes(64)];
// Before and after, as a virtual machine's speed moves.
const best = fastestOf([...ratesBefore, ...(await bestRates())]);

const rated = kernels.map(
  (kernel, i): Rated => ({ ...kernel, cached: cached[i]!, fromMemory: fromMemory[i]! }),
);
const products = rated.filter(isProduct);
const work = sum(products.map((product) => product.nodes * flopsOf(product)));
const shown = rated.filter((kernel) => kernel.seconds > 0.01 * seconds);
const times = ['nodes', 'ms', 'PyTorch, cached', 'from memory'];
process.stdout.write(
  `${markdownTable(['operator and shapes', ...times, 'our rate'], shown.map(rowOf))}\n\n` +
    `Those with at least 1 % of the time.\n\n${markdownTable(['operator', ...times], byOperator())}\n\n` +
    `Without an operator of PyTorch's, its columns have our time.\n\n` +
    `best rate: ${(best.flopsPerSecond / 1e9).toFixed(0)} GFLOP/s, ${best.library}, ${best.size} x ${best.size}\n` +
    line('all operators', seconds) +
    line('all of them, each the faster of ours and cached', sum(rated.map(fasterThan('cached')))) +
    line('each the faster of ours and from memory', sum(rated.map(fasterThan('fromMemory')))) +
    line('were there nothing but products', sum(products.map(ours))) +
    line('the same, each the faster of ours and cached', sum(products.map(fasterThan('cached')))),
);

/** @param megabytes that PyTorch's operands take in turn; 0: the same ones every time */
async function peerTimes(megabytes: number): Promise<number[]> {
  const stdin = Buffer.from(JSON.stringify(kernels));
  const args = ['0.1', String(megabytes)];
  const peer = await runPython<{ seconds: (number | null)[] }>(python, 'pytorch_operators.py', args, stdin);
  return kernels.map(({ nodes, seconds }, i) => {
    const once = peer.seconds[i];
    return once == null ? seconds : nodes * once;
  });
}

async function bestRates(): Promise<MatrixRate[]> {
  const rates = [await engineRate(engine, rateDefaults), await pythonRate(python, 1, rateDefaults)];
  return rates.filter((rate) => rate !== undefined);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function ours({ seconds }: Rated): number {
  return seconds;
}

function fasterThan(peer: 'cached' | 'fromMemory'): (kernel: Rated) => number {
  return (kernel) => Math.min(kernel.seconds, kernel[peer]);
}

function isProduct({ operator }: Pick<KernelTime, 'operator'>): boolean {
  return productOperators.includes(operator);
}

/** Of one node that is a product, batch times [M, K] · [K, N]. */
function flopsOf({ inputs: [first], output }: KernelTime): number {
  const batchAndRows = sizeOf(output.slice(0, -1));
  return (2 * sizeOf(first!) * sizeOf(output)) / batchAndRows;
}

/** What one node reads and writes. */
function bytesOf({ inputs, output }: KernelTime): number {
  return 4 * sum([...inputs, output].map(sizeOf));
}

function rowOf(kernel: Rated): string[] {
  const { operator, inputs, output, nodes, seconds } = kernel;
  const operands = inputs.map((shape) => shape.join(' x ') || 'one').join(', ');
  const amount = nodes * (isProduct(kernel) ? flopsOf(kernel) : bytesOf(kernel));
  const unit = isProduct(kernel) ? 'GFLOP/s' : 'GB/s';
  return [
    `${operator} ${operands} → ${output.join(' x ')}`,
    ...[String(nodes), ...timesOf([kernel]), `${(amount / seconds / 1e9).toFixed(0)} ${unit}`],
  ];
}

function byOperator(): string[][] {
  const names = [...new Set(rated.map(({ operator }) => operator))];
  return names.map((name) => {
    const own = rated.filter(({ operator }) => operator === name);
    return [name, String(sum(own.map(({ nodes }) => nodes))), ...timesOf(own)];
  });
}

function timesOf(rated: readonly Rated[]): string[] {
  return (['seconds', 'cached', 'fromMemory'] as const).map((key) =>
    milliseconds(sum(rated.map((kernel) => kernel[key]))),
  );
}

function milliseconds(time: number): string {
  return (1000 * time).toFixed(2);
}

function line(what: string, time: number): string {
  const utilisation = (100 * work) / best.flopsPerSecond / time;
  return `${what}: ${milliseconds(time)} ms, a utilisation of ${utilisation.toFixed(0)} %\n`;
}
