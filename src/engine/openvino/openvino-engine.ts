/** Executes programs as ONNX models on OpenVINO's CPU plugin, in arrays of the host's. */
import { ShapeError } from '../../base/errors.ts';
import type { Precision } from '../engine-kind.ts';
import { encodeModel } from '../onnx/model-file.ts';
import { translate } from '../onnx/onnx-engine.ts';
import { bindMemory, type CompiledProgram, type Engine, type HostArray, type Program } from '../program.ts';
import { matrixProductFlops, type Value } from '../record/graph.ts';
import { findLibrary } from './find-library.ts';
import { type Handle, loadLibrary, type OpenvinoLibrary, output } from './library.ts';

/** OpenVINO's numbers of its element types. */
const elementTypes = { float32: 4, int32: 9 } as const;

interface OpenvinoOptions {
  threads: number;
  precision: Precision;
}

interface Core {
  library: OpenvinoLibrary;
  core: Handle;
}

let opened: Core | undefined;

/** The library of this process, loaded once. @throws {ConfigError} where there is none, or none that can be used */
export function openCore(): Core {
  if (opened) return opened;
  const library = loadLibrary(findLibrary());
  opened = { library, core: library.create('ov_core_create', output) };
  return opened;
}

/** @throws {ConfigError} where there is no OpenVINO, or none that can be used */
export function createOpenvinoEngine(options: OpenvinoOptions): Engine {
  const { threads, precision } = options;
  const core = openCore();
  return {
    name: 'openvino',
    description: `OpenVINO ${core.library.version}, CPU, ${precision}, ${threads} thread${threads === 1 ? '' : 's'}`,
    compile: async (program, memory = {}) => compile(core, program, memory, options),
  };
}

function compile(
  { library, core }: Core,
  program: Program,
  memory: Record<string, HostArray>,
  options: OpenvinoOptions,
): CompiledProgram {
  const { graph, noise, model } = translate(program, options.threads, 'flagged');
  const inputs = bindMemory(program.name, graph.inputs, memory);
  const outputs = bindMemory(program.name, graph.outputs, memory);
  const compiled = compileModel({ library, core }, encodeModel(model), propertiesOf(options));
  const request = library.create('ov_compiled_model_create_infer_request', compiled, output);
  const read = new Set(model.nodes.flatMap((node) => node.inputs));
  const used = [...graph.inputs].filter(([name]) => read.has(name));
  const bound = [...bind(library, request, used, inputs), ...bind(library, request, graph.outputs, outputs)];
  let isOpen = true;
  const run = async () => {
    if (!isOpen) throw new ShapeError(`${program.name}: expected a program in use, got one disposed of`);
    library.call('ov_infer_request_infer', request);
  };
  const dispose = async () => {
    if (!isOpen) return;
    isOpen = false;
    library.free('ov_infer_request_free', request);
    for (const { tensor } of bound.splice(0)) library.free('ov_tensor_free', tensor);
    library.free('ov_compiled_model_free', compiled);
  };
  return { inputs, outputs, noise, matrixProductFlops: matrixProductFlops(graph), run, dispose };
}

function propertiesOf({ threads, precision }: OpenvinoOptions): Record<string, string> {
  return {
    INFERENCE_PRECISION_HINT: precision,
    INFERENCE_NUM_THREADS: String(threads),
    NUM_STREAMS: '1',
    // Pinned threads of two runs would share a core while another is idle.
    ENABLE_CPU_PINNING: 'NO',
  };
}

function compileModel(
  { library, core }: Core,
  bytes: Uint8Array,
  properties: Record<string, string>,
): Handle {
  const text = [core, bytes, bytes.length, null];
  const model = library.create('ov_core_read_model_from_memory_buffer', ...text, output);
  const words = Object.entries(properties).flat();
  const typed = words.flatMap((word) => ['str', word]); // Arguments of a variable number say their types.
  try {
    return library.create('ov_core_compile_model', core, model, 'CPU', words.length, output, ...typed);
  } finally {
    library.free('ov_model_free', model);
  }
}

/** A tensor of OpenVINO's on an array, which lives as long as the tensor. */
interface BoundTensor {
  tensor: Handle;
  array: HostArray;
}

/** OpenVINO reads and writes the arrays in place. */
function bind(
  library: OpenvinoLibrary,
  request: Handle,
  values: Iterable<[string, Value]>,
  arrays: Record<string, HostArray>,
): BoundTensor[] {
  return [...values].map(([name, { shape, dtype }]) => {
    const array = arrays[name]!;
    array.buffer; // Asked for it, the engine keeps a small array's elements in one place.
    const layout = { rank: shape.length, dims: BigInt64Array.from(shape, BigInt) };
    const type = elementTypes[dtype as keyof typeof elementTypes];
    const tensor = library.create('ov_tensor_create_from_host_ptr', type, layout, array, output);
    library.call('ov_infer_request_set_tensor', request, name, tensor);
    return { tensor, array };
  });
}
