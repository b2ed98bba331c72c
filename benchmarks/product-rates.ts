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
import { engineRate, fastestOf, pythonRate, rateDefaults } from '../src/engine/matrix-rate.ts';
import { type ProductTime, profileProgram } from '../src/engine/onnx/operator-profile.ts';
import { markdownTable } from '../src/report/markdown.ts';
import { configOf, openJointStep } from './joint-program.ts';
import { runPython } from './run-process.ts';

const { preset, runs, python } = yargs(process.argv.slice(2))
  .command('$0 <preset>', 'rate the products of the joint step', (y) =>
    y.positional('preset', { type: 'string', demandOption: true }),
  )
  .option('runs', { type: 'number', default: 40, describe: 'of the step' })
  .option('python', { type: 'string', default: 'python3' })
  .strict()
  .parseSync() as unknown as { preset: string; runs: number; python: string };

const engine = await openOnnx(1);
const { recorded, memory, program, fill } = await openJointStep({ config: configOf(preset), engine });
await program.dispose();
const { products, seconds } = await profileProgram(recorded, { memory, threads: 1, runs, fill });
const shapes = products.map(({ batch, M, K, N }) => [batch, M, K, N]);
const numpy = await runPython<{ seconds: number[] }>(python, 'numpy_products.py', [
  JSON.stringify(shapes),
  '0.2',
]);
const alone = products.map(({ nodes }, i) => nodes * numpy.seconds[i]!);

const gflops = ({ batch, M, K, N, nodes }: ProductTime) => (2 * batch * M * K * N * nodes) / 1e9;
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const milliseconds = (time: number) => (1000 * time).toFixed(1);
const rows = products.map((product, i) => [
  product.batch === 1 ? '' : String(product.batch),
  `[${product.M}, ${product.K}] · [${product.K}, ${product.N}]`,
  ...[String(product.nodes), gflops(product).toFixed(2), milliseconds(product.seconds)],
  ...[product.seconds, alone[i]!].map((time) => (gflops(product) / time).toFixed(0)),
]);
const header = ['batch', 'product', 'nodes', 'GFLOP', 'ms', 'GFLOP/s', "NumPy's GFLOP/s"];
process.stdout.write(`${markdownTable(header, rows)}\n\n`);

const rates = [await engineRate(engine, rateDefaults), await pythonRate(python, 1, rateDefaults)];
const best = fastestOf(rates.filter((rate) => rate !== undefined));
const work = sum(products.map(gflops));
const share = (time: number) => `${((100 * 1e9 * work) / best.flopsPerSecond / time).toFixed(0)} %`;
const ours = sum(products.map((product) => product.seconds));
const fastest = sum(products.map((product, i) => Math.min(product.seconds, alone[i]!)));
process.stdout.write(
  `best rate: ${(best.flopsPerSecond / 1e9).toFixed(0)} GFLOP/s, ${best.library}, ${best.size} x ${best.size}\n` +
    `all operators: ${milliseconds(seconds)} ms, a utilisation of ${share(seconds)}\n` +
    `were there nothing but products: ${milliseconds(ours)} ms, ${share(ours)}\n` +
    `the same, each by the faster library: ${milliseconds(fastest)} ms, ${share(fastest)}\n`,
);
