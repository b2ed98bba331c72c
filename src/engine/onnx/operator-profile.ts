/** Where a program spends its time, operator by operator and pass by pass, by ONNX Runtime's own profiling. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession } from 'onnxruntime-node';
import { bindMemory } from '../memory.ts';
import { type CompiledProgram, type HostArray, type Program, sizeOf } from '../program.ts';
import { matrixProductFlops } from '../record/graph.ts';
import { encodeModel } from './model-file.ts';
import { asTensors, sessionOptions, translate } from './onnx-engine.ts';
import { namePasses, type Pass, passOf } from './passes.ts';

export interface OperatorTime {
  operator: string;
  nodes: number;
  seconds: number;
}

/** Products of one shape: in each node `batch` times [M, K] · [K, N]. */
export interface ProductTime {
  batch: number;
  M: number;
  K: number;
  N: number;
  nodes: number;
  /** Of all these nodes together. */
  seconds: number;
}

export interface OperatorProfile {
  /** Slowest first. */
  operators: OperatorTime[];
  /** Those that are products of matrices, by shape, slowest first. */
  products: ProductTime[];
  /** The same time by pass; of nodes that ONNX Runtime has made up, `other`. */
  passes: Record<Pass | 'other', number>;
  /** The sum over all nodes, in seconds. */
  seconds: number;
  /** Of one run. */
  matrixProductFlops: number;
}

export interface ProfileOptions {
  memory: Record<string, HostArray>;
  threads: number;
  runs: number;
  /** Writes the inputs and the noise of a run. */
  fill(run: number, program: Pick<CompiledProgram, 'inputs' | 'noise'>): void;
}

/** A shape, under the name of its type. */
type TypeAndShape = Record<string, number[]>;

/** What ONNX Runtime writes of one execution of a node. */
export interface ProfileEvent {
  cat: string;
  name: string;
  /** Microseconds. */
  dur: number;
  args: { op_name?: string; input_type_shape?: TypeAndShape[]; output_type_shape?: TypeAndShape[] };
}

/** ONNX's operators for products of matrices. */
export const productOperators = ['MatMul', 'FusedMatMul', 'Gemm'];

/** Runs a program in a profiled session of its own. */
export async function profileProgram(
  program: Program,
  { memory, threads, runs, fill }: ProfileOptions,
): Promise<OperatorProfile> {
  const { graph, noise, model } = translate(program, threads);
  namePasses(model);
  const inputs = bindMemory(program.name, graph.inputs, memory);
  const outputs = bindMemory(program.name, graph.outputs, memory);
  const [feeds, fetches] = [asTensors(graph.inputs, inputs), asTensors(graph.outputs, outputs)];
  const events = await profileSession(encodeModel(model), threads, async (session) => {
    for (let run = 0; run < runs; run++) {
      fill(run, { inputs, noise });
      await session.run(feeds, fetches);
    }
  });
  return { ...sumOfFastest(events), matrixProductFlops: matrixProductFlops(graph) };
}

async function profileSession(
  model: Uint8Array,
  threads: number,
  use: (session: InferenceSession) => Promise<void>,
): Promise<ProfileEvent[]> {
  const folder = mkdtempSync(join(tmpdir(), 'electra-lab-profile-'));
  try {
    const profiling = { enableProfiling: true, profileFilePrefix: join(folder, 'profile') };
    const session = await InferenceSession.create(model, { ...sessionOptions(threads), ...profiling });
    await use(session);
    session.endProfiling();
    await session.release();
    return JSON.parse(readFileSync(join(folder, readdirSync(folder)[0]!), 'utf8')) as ProfileEvent[];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Of each node the fastest run counts, so that other programs disturb the picture little. */
export function sumOfFastest(events: readonly ProfileEvent[]): Omit<OperatorProfile, 'matrixProductFlops'> {
  const operators = new Map<string, OperatorTime>();
  const products = new Map<string, ProductTime>();
  const passes = { forward: 0, backward: 0, other: 0 };
  for (const { name, dur, args } of fastestOfNodes(events)) {
    const seconds = dur / 1e6;
    const operator = args.op_name!;
    const sum = operators.get(operator) ?? { operator, nodes: 0, seconds: 0 };
    operators.set(operator, { operator, nodes: sum.nodes + 1, seconds: sum.seconds + seconds });
    passes[passOf(name) ?? 'other'] += seconds;
    if (productOperators.includes(operator)) addProduct(products, args, seconds);
  }
  const slowestFirst = <Time extends { seconds: number }>(times: Map<string, Time>) =>
    [...times.values()].sort((a, b) => b.seconds - a.seconds);
  return {
    ...{ operators: slowestFirst(operators), products: slowestFirst(products), passes },
    seconds: passes.forward + passes.backward + passes.other,
  };
}

function addProduct(products: Map<string, ProductTime>, args: ProfileEvent['args'], seconds: number): void {
  const [first, result] = [args.input_type_shape, args.output_type_shape].map(
    (shapes) => Object.values(shapes![0]!)[0]!,
  ) as [number[], number[]];
  const [M, N] = result.slice(-2) as [number, number];
  const batch = sizeOf(result) / (M * N);
  const shape = { batch, M, K: sizeOf(first) / (batch * M), N };
  const key = JSON.stringify(shape);
  const sum = products.get(key) ?? { ...shape, nodes: 0, seconds: 0 };
  products.set(key, { ...shape, nodes: sum.nodes + 1, seconds: sum.seconds + seconds });
}

function fastestOfNodes(events: readonly ProfileEvent[]): Iterable<ProfileEvent> {
  const byNode = new Map<string, ProfileEvent>();
  for (const event of events) {
    if (event.cat !== 'Node' || !event.name.endsWith('_kernel_time')) continue;
    if (event.dur < (byNode.get(event.name)?.dur ?? Number.POSITIVE_INFINITY)) byNode.set(event.name, event);
  }
  return byNode.values();
}
