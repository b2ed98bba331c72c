/**
 * Where the joint step spends its time, operator by operator, by ONNX Runtime's own profiling, beside the rate that a
 * large matrix product reaches here.
 *
 *   npx tsx benchmarks/operator-profile.ts quick --runs 60
 *
 * Of each node the fastest run counts, so that other programs disturb the picture little.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession } from 'onnxruntime-node';
import yargs from 'yargs';
import { textTable } from '../src/commands/command.ts';
import { openOnnx } from '../src/engine/engines.ts';
import { bindMemory } from '../src/engine/memory.ts';
import { asTensors, sessionOptions, translate } from '../src/engine/onnx/onnx-engine.ts';
import { matrixProductFlops } from '../src/engine/record/graph.ts';
import { tf } from '../src/engine/tensors.ts';
import { jointProgram } from './joint-program.ts';

interface NodeEvent {
  cat: string;
  name: string;
  /** Microseconds. */
  dur: number;
  args: { op_name?: string };
}

const { preset, runs } = yargs(process.argv.slice(2))
  .command('$0 <preset>', 'profile the joint step of a preset', (y) =>
    y.positional('preset', { type: 'string', demandOption: true }),
  )
  .option('runs', { type: 'number', default: 60 })
  .strict()
  .parseSync() as unknown as { preset: string; runs: number };

const { program, memory, fill } = jointProgram(preset);
const { graph, noise, model } = translate(program, 1);
const fastest = await profile();
const total = [...fastest.values()].reduce((sum, { microseconds }) => sum + microseconds, 0);
const products = ['MatMul', 'FusedMatMul', 'Gemm'];
const productTime = products.reduce((sum, name) => sum + (fastest.get(name)?.microseconds ?? 0), 0);
const rows = [...fastest].sort(([, a], [, b]) => b.microseconds - a.microseconds);
const cells = rows.map(([name, { microseconds, nodes }]) => [
  name,
  String(nodes),
  (microseconds / 1000).toFixed(2),
  `${((100 * microseconds) / total).toFixed(1)} %`,
]);
process.stdout.write(`${textTable(['operator', 'nodes', 'ms a step', 'share'], cells)}\n`);
const rate = matrixProductFlops(graph) / productTime / 1000;
process.stdout.write(
  `${(total / 1000).toFixed(1)} ms in operators; matrix products ${((100 * productTime) / total).toFixed(1)} % of it, ` +
    `at ${rate.toFixed(0)} GFLOP/s; a product of 1024 x 1024 matrices alone: ${(await largeProductRate()).toFixed(0)}\n`,
);

/** The sum over an operator's nodes of each node's fastest run. */
async function profile(): Promise<Map<string, { microseconds: number; nodes: number }>> {
  const folder = mkdtempSync(join(tmpdir(), 'electra-lab-profile-'));
  const session = await InferenceSession.create(model, {
    ...sessionOptions(1),
    enableProfiling: true,
    profileFilePrefix: join(folder, 'profile'),
  });
  const inputs = bindMemory(program.name, graph.inputs, memory);
  const outputs = bindMemory(program.name, graph.outputs, memory);
  const [feeds, fetches] = [asTensors(graph.inputs, inputs), asTensors(graph.outputs, outputs)];
  for (let step = 0; step < runs; step++) {
    fill(step, { inputs, noise });
    await session.run(feeds, fetches);
  }
  session.endProfiling();
  const events = JSON.parse(readFileSync(join(folder, readdirSync(folder)[0]!), 'utf8')) as NodeEvent[];
  rmSync(folder, { recursive: true });
  return sumOfFastest(events.filter(({ cat, name }) => cat === 'Node' && name.endsWith('_kernel_time')));
}

function sumOfFastest(events: NodeEvent[]) {
  const byNode = new Map<string, NodeEvent>();
  for (const event of events) {
    if (event.dur < (byNode.get(event.name)?.dur ?? Number.POSITIVE_INFINITY)) byNode.set(event.name, event);
  }
  const sums = new Map<string, { microseconds: number; nodes: number }>();
  for (const { args, dur } of byNode.values()) {
    const { microseconds, nodes } = sums.get(args.op_name!) ?? { microseconds: 0, nodes: 0 };
    sums.set(args.op_name!, { microseconds: microseconds + dur, nodes: nodes + 1 });
  }
  return sums;
}

/** GFLOP/s, the fastest of twenty. */
async function largeProductRate(): Promise<number> {
  const n = 1024;
  const matrix = { shape: [n, n], dtype: 'float32' } as const;
  const product = await (await openOnnx(1)).compile({
    name: 'product',
    inputs: { a: matrix, b: matrix },
    compute: ({ a, b }) => ({ c: tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D) }),
  });
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 20; i++) {
    const begin = performance.now();
    await product.run();
    best = Math.min(best, performance.now() - begin);
  }
  await product.dispose();
  return (2 * n ** 3) / best / 1e6;
}
