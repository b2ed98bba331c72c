/**
 * Where the joint step spends its time, operator by operator, by ONNX Runtime's own profiling, beside the rate that a
 * large matrix product reaches here. `electra-lab bench` shows shares; this shows milliseconds and nodes.
 *
 *   npx tsx benchmarks/operator-profile.ts quick --runs 60
 *
 * Of each node the fastest run counts, so that other programs disturb the picture little.
 */
import yargs from 'yargs';
import { textTable } from '../src/commands/text-table.ts';
import { openOnnx } from '../src/engine/engines.ts';
import { engineRate } from '../src/engine/matrix-rate.ts';
import { productOperators, profileProgram } from '../src/engine/onnx/operator-profile.ts';
import { configOf, openJointStep } from './joint-program.ts';

const { preset, runs } = yargs(process.argv.slice(2))
  .command('$0 <preset>', 'profile the joint step of a preset', (y) =>
    y.positional('preset', { type: 'string', demandOption: true }),
  )
  .option('runs', { type: 'number', default: 60 })
  .strict()
  .parseSync() as unknown as { preset: string; runs: number };

const engine = await openOnnx(1);
const { recorded, memory, program, fill } = await openJointStep({ config: configOf(preset), engine });
await program.dispose();
const profile = await profileProgram(recorded, { memory, threads: 1, runs, fill });
const { operators, passes, seconds, matrixProductFlops } = profile;
const share = (part: number) => `${((100 * part) / seconds).toFixed(1)} %`;
const rows = operators.map(({ operator, nodes, seconds }) => [
  operator,
  String(nodes),
  (1000 * seconds).toFixed(2),
  share(seconds),
]);
const productSeconds = operators
  .filter(({ operator }) => productOperators.includes(operator))
  .reduce((sum, { seconds }) => sum + seconds, 0);
const rate = (matrixProductFlops / productSeconds / 1e9).toFixed(0);
const alone = await engineRate(engine, { sizes: [1024], seconds: 2 });
process.stdout.write(
  `${textTable(['operator', 'nodes', 'ms a step', 'share'], rows)}\n` +
    `${(1000 * seconds).toFixed(1)} ms in operators: forward ${share(passes.forward)}, backward ${share(passes.backward)}; ` +
    `matrix products ${share(productSeconds)} of it, at ${rate} GFLOP/s; ` +
    `a product of 1024 x 1024 matrices alone: ${(alone.flopsPerSecond / 1e9).toFixed(0)}\n`,
);
