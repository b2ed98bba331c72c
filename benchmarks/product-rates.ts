/**
 * How fast each shape of matrix product runs within the joint step, beside NumPy's BLAS on the same shape alone, and
 * what that leaves for all else.
 *
 *   npx tsx benchmarks/product-rates.ts laptop --python /usr/bin/python3
 *
 * Of each node, and of each NumPy product, the fastest run counts. NumPy has it easier: no factor is transposed, nothing
 * is added, and its operands are the last that were used.
 */
import yargs from 'yargs';
import { openOnnx } from '../src/engine/engines.ts';
import {
  engineRate,
  fastestOf,
  type MatrixRate,
  pythonRate,
  rateDefaults,
} from '../src/engine/matrix-rate.ts';
import { type ProductTime, profileProgram } from '../src/engine/onnx/operator-profile.ts';
import { markdownTable } from '../src/report/markdown.ts';
import { configOf, openJointStep } from './joint-program.ts';
import { runPython } from './run-process.ts';

const { preset, set, runs, python } = yargs(process.argv.slice(2))
  .command('$0 <preset>', 'rate the products of the joint step', (y) =>
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

const engine = await openOnnx(1);
const ratesBefore = await bestRates();
const { recorded, memory, program, fill } = await openJointStep({ config: configOf(preset, set), engine });
await program.dispose();
const { products, seconds } = await profileProgram(recorded, { memory, threads: 1, runs, fill });
const shapes = products.map(({ batch, M, K, N }) => [batch, M, K, N]);
const numpy = await runPython<{ seconds: number[] }>(python, 'numpy_products.py', [
  JSON.stringify(shapes),
  '0.2',
]);
const alone = products.map(({ nodes }, i) => nodes * numpy.seconds[i]!);
// Before and after, as a virtual machine's speed moves.
const best = fastestOf([...ratesBefore, ...(await bestRates())]);

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const work = sum(products.map(gflops));
const ours = sum(products.map((product) => product.seconds));
const fastest = sum(products.map((product, i) => Math.min(product.seconds, alone[i]!)));
const rows = products.flatMap((product, i) =>
  product.seconds > 0.01 * ours ? [rowOf(product, alone[i]!)] : [],
);
const header = ['product', 'nodes', 'GFLOP', 'ms', 'GFLOP/s', "NumPy's"];
process.stdout.write(
  `${markdownTable(header, rows)}\n\nThose with at least 1 % of the products' time are shown.\n` +
    `best rate: ${(best.flopsPerSecond / 1e9).toFixed(0)} GFLOP/s, ${best.library}, ${best.size} x ${best.size}\n` +
    `all operators: ${milliseconds(seconds)} ms, a utilisation of ${utilisation(seconds)}\n` +
    `were there nothing but products: ${milliseconds(ours)} ms, ${utilisation(ours)}\n` +
    `the same, each by the faster library: ${milliseconds(fastest)} ms, ${utilisation(fastest)}\n`,
);

async function bestRates(): Promise<MatrixRate[]> {
  const rates = [await engineRate(engine, rateDefaults), await pythonRate(python, 1, rateDefaults)];
  return rates.filter((rate) => rate !== undefined);
}

function gflops({ batch, M, K, N, nodes }: ProductTime): number {
  return (2 * batch * M * K * N * nodes) / 1e9;
}

function rowOf(product: ProductTime, alone: number): string[] {
  const { batch, M, K, N, nodes, seconds } = product;
  return [
    `${batch > 1 ? `${batch} times ` : ''}${M} x ${K} by ${K} x ${N}`,
    ...[String(nodes), gflops(product).toFixed(2), milliseconds(seconds)],
    ...[seconds, alone].map((time) => (gflops(product) / time).toFixed(0)),
  ];
}

function milliseconds(time: number): string {
  return (1000 * time).toFixed(1);
}

function utilisation(time: number): string {
  return `${((100 * 1e9 * work) / best.flopsPerSecond / time).toFixed(0)} %`;
}
