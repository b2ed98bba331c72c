/** Where a program spends its time, operator by operator and pass by pass, by ONNX Runtime's own profiling. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession } from 'onnxruntime-node';
import { bindMemory, type CompiledProgram, type HostArray, type Program } from '../program.ts';
import { matrixProductFlops } from '../record/graph.ts';
import { encodeModel, type OnnxModel, type OnnxNode } from './model-file.ts';
import { asTensors, onProcessor, type SessionStyle, translate } from './onnx-engine.ts';

export interface OperatorTime {
  operator: string;
  nodes: number;
  seconds: number;
}

/** An operator at one set of shapes. */
export interface KernelTime extends OperatorTime {
  /** Shapes. */
  inputs: number[][];
  /** Shape of the first. */
  output: number[];
}

export interface OperatorProfile {
  /** Slowest first. */
  operators: OperatorTime[];
  /** The same by shape, slowest first. */
  kernels: KernelTime[];
  /** The same time by pass; of nodes that ONNX Runtime has made up, `other`. */
  passes: Record<Pass | 'other', number>;
  /** The sum over all nodes, in seconds. */
  seconds: number;
  /** Nodes that the processor executed. */
  nodesOnProcessor: number;
  /** Of one run. */
  matrixProductFlops: number;
}

export interface ProfileOptions {
  memory: Record<string, HostArray>;
  threads: number;
  /** Default: the engine onnx on so many threads. */
  style?: SessionStyle;
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
  args: {
    op_name?: string;
    /** Which part of ONNX Runtime executed it. */
    provider?: string;
    input_type_shape?: TypeAndShape[];
    output_type_shape?: TypeAndShape[];
  };
}

/** ONNX's operators for products of matrices. */
export const productOperators = ['MatMul', 'FusedMatMul', 'Gemm'];

/** Runs a program in a profiled session of its own. */
export async function profileProgram(
  program: Program,
  { memory, threads, runs, fill, style = onProcessor(threads) }: ProfileOptions,
): Promise<OperatorProfile> {
  const { graph, noise, model } = translate(program, style.threads, style.products);
  namePasses(model);
  const inputs = bindMemory(program.name, graph.inputs, memory);
  const outputs = bindMemory(program.name, graph.outputs, memory);
  const [feeds, fetches] = [asTensors(graph.inputs, inputs), asTensors(graph.outputs, outputs)];
  const events = await profileSession(encodeModel(model), style.options, async (session) => {
    for (let run = 0; run < runs; run++) {
      fill(run, { inputs, noise });
      await session.run(feeds, fetches);
    }
  });
  return { ...sumOfFastest(events), matrixProductFlops: matrixProductFlops(graph) };
}

async function profileSession(
  model: Uint8Array,
  options: InferenceSession.SessionOptions,
  use: (session: InferenceSession) => Promise<void>,
): Promise<ProfileEvent[]> {
  const folder = mkdtempSync(join(tmpdir(), 'electra-lab-profile-'));
  try {
    const profiling = { enableProfiling: true, profileFilePrefix: join(folder, 'profile') };
    const session = await InferenceSession.create(model, { ...options, ...profiling });
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
  const kernels = new Map<string, KernelTime>();
  const passes = { forward: 0, backward: 0, other: 0 };
  let nodesOnProcessor = 0;
  for (const { name, dur, args } of fastestOfNodes(events)) {
    const seconds = dur / 1e6;
    const operator = args.op_name!;
    const [inputs, [output = []]] = [shapesIn(args.input_type_shape), shapesIn(args.output_type_shape)];
    addTime(operators, operator, { operator, nodes: 1, seconds });
    addTime(kernels, JSON.stringify([operator, inputs]), { operator, inputs, output, nodes: 1, seconds });
    passes[passOf(name) ?? 'other'] += seconds;
    if (args.provider === 'CPUExecutionProvider') nodesOnProcessor++;
  }
  return {
    operators: slowestFirst(operators),
    kernels: slowestFirst(kernels),
    passes,
    seconds: passes.forward + passes.backward + passes.other,
    nodesOnProcessor,
  };
}

function shapesIn(tensors: readonly TypeAndShape[] = []): number[][] {
  return tensors.map((tensor) => Object.values(tensor)[0]!);
}

function addTime<Time extends OperatorTime>(times: Map<string, Time>, key: string, time: Time): void {
  const { nodes, seconds } = times.get(key) ?? { nodes: 0, seconds: 0 };
  times.set(key, { ...time, nodes: nodes + time.nodes, seconds: seconds + time.seconds });
}

function slowestFirst<Time extends OperatorTime>(times: ReadonlyMap<string, Time>): Time[] {
  return [...times.values()].sort((a, b) => b.seconds - a.seconds);
}

function fastestOfNodes(events: readonly ProfileEvent[]): Iterable<ProfileEvent> {
  const byNode = new Map<string, ProfileEvent>();
  for (const event of events) {
    if (event.cat !== 'Node' || !event.name.endsWith('_kernel_time')) continue;
    if (event.dur < (byNode.get(event.name)?.dur ?? Number.POSITIVE_INFINITY)) byNode.set(event.name, event);
  }
  return byNode.values();
}

/** Which nodes of a training step are its forward pass, and which were added by the gradient. */
const passes = ['forward', 'backward'] as const;
export type Pass = (typeof passes)[number];

/** As `differentiate` names them. */
const isGradient = (output: string) => output.startsWith('gradients/');

/**
 * Names every node after its pass, `forward/…` where something else than a gradient needs it, else `backward/…`. What
 * ONNX Runtime fuses keeps the beginning of a name.
 */
export function namePasses(model: OnnxModel): void {
  const makers = new Map(model.nodes.flatMap((node) => node.outputs.map((output) => [output, node])));
  const forward = new Set<OnnxNode>();
  const waiting = model.outputs.map(({ name }) => name).filter((name) => !isGradient(name));
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const node = makers.get(name);
    if (!node || forward.has(node)) continue;
    forward.add(node);
    waiting.push(...node.inputs);
  }
  for (const [i, node] of model.nodes.entries()) {
    node.name = `${forward.has(node) ? 'forward' : 'backward'}/${node.operator}.${i}`;
  }
}

/** @returns undefined for a node that ONNX Runtime has made up */
export function passOf(nodeName: string): Pass | undefined {
  return passes.find((pass) => nodeName.startsWith(`${pass}/`));
}
