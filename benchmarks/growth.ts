/**
 * How time and memory of the joint step grow with batch, length, width, depth and vocabulary, beside the arithmetic:
 * the FLOPs of its matrix products, and the bytes of weights and of what is alive at once between two nodes.
 *
 *   npx tsx benchmarks/growth.ts
 *
 * Time per FLOP that rises along a row, or memory that rises faster than its arithmetic, would be a cliff.
 */
import yargs from 'yargs';
import { markdownTable } from '../src/base/markdown.ts';
import { translate } from '../src/engine/onnx/onnx-engine.ts';
import { sizeOf } from '../src/engine/program.ts';
import { type Graph, matrixProductFlops, sortedNodes, type Value } from '../src/engine/record/graph.ts';
import { batchShape } from '../src/objectives/batch.ts';
import { createParameterStore } from '../src/optim/parameter-store.ts';
import { regimeNamed } from '../src/regimes/registry.ts';
import { stepProgram } from '../src/training/step-program.ts';
import { configOf } from './joint-program.ts';
import { mebibytes, runOurs, type StepMeasurement } from './run-process.ts';

const { preset, seconds, only } = yargs(process.argv.slice(2))
  .option('preset', { type: 'string', default: 'quick', describe: 'what everything else stays at' })
  .option('seconds', { type: 'number', default: 2, describe: 'of each measurement' })
  .option('only', {
    type: 'string',
    array: true,
    default: [] as string[],
    describe: 'some of the dimensions',
  })
  .strict()
  .parseSync();

/** Keys of the configuration that grow together, by the name of the dimension. */
const dimensions: [name: string, values: number[], set: (value: number) => string[]][] = [
  ['batch', [4, 8, 16, 32, 64], (n) => [`training.batchSize=${n}`]],
  ['length', [32, 64, 128, 256], (n) => [`data.sequenceLength=${n}`]],
  ['width', [64, 128, 256, 512], (n) => [`model.hidden=${n}`, `model.feedForward=${4 * n}`]],
  ['depth', [1, 2, 4, 8], (n) => [`model.layers=${n}`]],
  ['vocabulary', [2048, 4096, 8192, 16384, 32768], (n) => [`data.vocabularySize=${n}`]],
];
/** Weights, gradients, two moments. */
const bytesPerWeight = 4 * 4;

const base = await runOurs<StepMeasurement>('joint-step.ts', [preset, '--seconds', String(seconds)]);
const baseArithmetic = arithmeticOf([]);
const baseRate = base.stepMilliseconds / baseArithmetic.flops;
for (const [name, values, set] of dimensions) {
  if (only.length > 0 && !only.includes(name)) continue;
  const rows: string[][] = [];
  for (const value of values) rows.push(await measureRow(value, set(value)));
  const time = ['GFLOP', 'ms', 'time per FLOP'];
  const memory = ['arithmetic, MiB', 'peak, MiB', 'peak over the arithmetic, MiB'];
  process.stdout.write(`\n${markdownTable([name, ...time, ...memory], rows)}\n`);
}
process.stdout.write(
  `\nTime per FLOP: over that of ${preset} itself. Arithmetic: 16 bytes a weight, and what is alive at once.\n`,
);

async function measureRow(value: number, set: readonly string[]): Promise<string[]> {
  const flags = set.flatMap((text) => ['--set', text]);
  const measured = await runOurs<StepMeasurement>('joint-step.ts', [
    ...[preset, ...flags, '--seconds', String(seconds)],
  ]);
  const { flops, bytes } = arithmeticOf(set);
  const { stepMilliseconds, peakMemoryBytes } = measured;
  return [
    ...[String(value), (flops / 1e9).toPrecision(3), stepMilliseconds.toFixed(1)],
    (stepMilliseconds / flops / baseRate).toFixed(2),
    ...[mebibytes(bytes), mebibytes(peakMemoryBytes), mebibytes(peakMemoryBytes - bytes)],
  ];
}

function arithmeticOf(set: readonly string[]): { flops: number; bytes: number } {
  const config = configOf(preset, set);
  const { model, data, training, objective } = config;
  const regime = regimeNamed('joint');
  const plans = regime.networks({ ...model, vocabulary: data.vocabularySize }, config);
  const shape = batchShape(training.batchSize, data.sequenceLength, objective.maskFraction);
  const { graph } = translate(stepProgram(regime.stages[0], plans, shape, objective), 1);
  const weights = createParameterStore(plans).values.length;
  return { flops: matrixProductFlops(graph), bytes: bytesPerWeight * weights + liveBytes(graph) };
}

/**
 * The most that nodes' results take up at one time, each from its node to its last reader. A reshaped value is the
 * value itself; weights and outputs have arrays of their own.
 */
function liveBytes(graph: Graph): number {
  const nodes = sortedNodes(graph);
  const lastUse = new Map<Value, number>();
  for (const [i, { inputs }] of nodes.entries()) for (const input of inputs) lastUse.set(originOf(input), i);
  const outputs = new Set([...graph.outputs.values()].map(originOf));
  let [alive, most] = [0, 0];
  const freedAt = new Map<number, number>();
  for (const [i, node] of nodes.entries()) {
    for (const result of node.outputs) {
      if (originOf(result) !== result || outputs.has(result)) continue;
      const end = lastUse.get(result) ?? i;
      alive += bytesOf(result);
      freedAt.set(end, (freedAt.get(end) ?? 0) + bytesOf(result));
    }
    most = Math.max(most, alive);
    alive -= freedAt.get(i) ?? 0;
  }
  return most;
}

function originOf(value: Value): Value {
  return value.node?.kernel === 'Reshape' ? originOf(value.node.inputs[0]!) : value;
}

function bytesOf({ shape, dtype }: Value): number {
  return sizeOf(shape) * (dtype === 'bool' ? 1 : 4);
}
