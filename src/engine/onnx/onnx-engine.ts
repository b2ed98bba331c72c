/** Translates programs into ONNX models and executes them on ONNX Runtime: the default engine, native speed from npm alone. */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { bytesOf } from '../../base/atomic-files.ts';
import { ShapeError } from '../../base/errors.ts';
import { bindMemory, type CompiledProgram, type Engine, type HostArray, type Program } from '../program.ts';
import { fuse } from '../record/fusion.ts';
import { type Graph, type GraphNode, matrixProductFlops, sortedNodes, type Value } from '../record/graph.ts';
import { record } from '../record/recorder.ts';
import { simplify } from '../record/simplify.ts';
import { ModelBuilder, type ProductStyle } from './model-builder.ts';
import { elementTypeNumber, encodeModel, type OnnxModel, type OnnxValue } from './model-file.ts';
import { broadcasting, operators } from './operators.ts';

/** @param threads threads inside one operator; 1 makes results independent of scheduling */
export function createOnnxEngine(threads: number, version: string): Engine {
  return {
    name: 'onnx',
    description: `ONNX Runtime ${version}, CPU, ${threads} thread${threads === 1 ? '' : 's'}`,
    compile: (program, memory = {}) => compile(program, memory, onProcessor(threads)),
  };
}

/** How a program becomes a session. */
export interface SessionStyle {
  /** For which sums into shared rows are written. */
  threads: number;
  products: ProductStyle;
  options: InferenceSession.SessionOptions;
}

export function onProcessor(threads: number): SessionStyle {
  return { threads, products: 'whole', options: sessionOptions(threads) };
}

/** A program as an ONNX model that can still be changed. */
export function translate(program: Program, threads: number, products: ProductStyle = 'whole') {
  const { graph: recorded, noise } = record(program);
  const graph = simplify(recorded);
  fuse(graph);
  return { graph, noise, model: emitModel(program.name, graph, threads, products) };
}

/** A program on ONNX Runtime, whichever of its devices executes it. */
export async function compile(
  program: Program,
  memory: Record<string, HostArray>,
  { threads, products, options }: SessionStyle,
): Promise<CompiledProgram> {
  const { graph, noise, model } = translate(program, threads, products);
  const session = await InferenceSession.create(encodeModel(model), options);
  const inputs = bindMemory(program.name, graph.inputs, memory);
  const outputs = bindMemory(program.name, graph.outputs, memory);
  const [feeds, fetches] = [asTensors(graph.inputs, inputs), asTensors(graph.outputs, outputs)];
  return {
    inputs,
    outputs,
    noise,
    matrixProductFlops: matrixProductFlops(graph),
    run: async () => {
      await session.run(feeds, fetches);
    },
    dispose: () => session.release(),
  };
}

export function sessionOptions(threads: number): InferenceSession.SessionOptions {
  return {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    // Planning one block for all buffers costs a fifth more memory here than the arena alone, and saves no time.
    enableMemPattern: false,
    // Our own simplification has done most of what the higher levels look for, and they double compile time.
    graphOptimizationLevel: 'basic',
    logSeverityLevel: 3,
    // Gradients fade into denormals, on which a CPU is up to a hundred times slower.
    extra: { session: { set_denormal_as_zero: '1' } },
  };
}

/** ONNX Runtime reads and writes the arrays in place. */
export function asTensors(
  values: Graph['inputs'],
  arrays: Record<string, HostArray>,
): Record<string, Tensor> {
  return Object.fromEntries(
    [...values].map(([name, { shape, dtype }]) => {
      const array = arrays[name]!;
      const tensor =
        dtype === 'float32'
          ? new Tensor('float32', array as Float32Array, shape)
          : new Tensor('int32', array as Int32Array, shape);
      return [name, tensor];
    }),
  );
}

/**
 * @param threads that will execute an operator: with several, sums into shared rows are written another way
 * @throws {ShapeError} if the graph holds a kernel that has no ONNX counterpart here
 */
export function emitModel(
  name: string,
  graph: Graph,
  threads = 1,
  products: ProductStyle = 'whole',
): OnnxModel {
  const builder = new ModelBuilder(name, threads, products);
  const { nodes, inputs, outputs } = builder.model;
  for (const [name, value] of graph.inputs) {
    builder.name(value, name);
    inputs.push(describe(name, value));
  }
  for (const node of sortedNodes(graph)) emitNode(builder, node);
  for (const [name, value] of graph.outputs) {
    const from = builder.nameOf(value);
    nodes.push({ operator: 'Identity', domain: '', inputs: [from], outputs: [name], attributes: {} });
    outputs.push(describe(name, value));
  }
  return builder.model;
}

function emitNode(builder: ModelBuilder, node: GraphNode): void {
  const emit = operators[node.kernel];
  if (!emit) throw new ShapeError(`onnx engine: expected a known kernel, got ${node.kernel}`);
  const isBroadcasting = broadcasting.has(node.kernel);
  const inputs = node.inputs.map((input) => builder.nameOf(input, isBroadcasting));
  const names = [emit(builder, node, inputs)].flat();
  for (const [i, output] of node.outputs.entries()) builder.name(output, names[i]!);
}

function describe(name: string, { shape, dtype }: Value): OnnxValue {
  return { name, shape, dtype };
}

/**
 * @param weights arrays that become constants of the model, by input
 * @param names what the other inputs are called outside, where they are int64
 * @returns the bytes of a `.onnx` file, which ONNX Runtime executes (it uses operators of its own)
 */
export function standaloneModel(
  program: Program,
  weights: Readonly<Record<string, HostArray>>,
  names: Readonly<Record<string, string>>,
): Uint8Array {
  const { model } = translate(program, 1);
  const used = new Set(model.nodes.flatMap(({ inputs }) => inputs));
  const constants = model.inputs
    .filter(({ name }) => name in weights && used.has(name))
    .map((value) => ({ ...value, data: bytesOf(weights[value.name]!) }));
  const inputs = model.inputs.filter(({ name }) => !(name in weights));
  return encodeModel({
    ...model,
    nodes: [...inputs.map((input) => castFromOutside(input, names)), ...model.nodes],
    constants: [...model.constants, ...constants],
    inputs: inputs.map(({ name, shape }) => ({ name: names[name] ?? name, shape, dtype: 'int64' as const })),
  });
}

function castFromOutside(
  { name, dtype }: OnnxModel['inputs'][number],
  names: Readonly<Record<string, string>>,
): OnnxModel['nodes'][number] {
  const attributes = { to: elementTypeNumber(dtype) };
  return { operator: 'Cast', domain: '', inputs: [names[name] ?? name], outputs: [name], attributes };
}
