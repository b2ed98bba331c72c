/**
 * A tfjs backend whose kernels record a node instead of computing.
 *
 * tfjs's own gradient functions run on the recording like on any tensors, so a program's forward and backward
 * pass come out as one static graph.
 */
import { explain, ShapeError } from '../../base/errors.ts';
import { type NoiseSpec, type Program, sameShape } from '../program.ts';
import { type Tensor, tf } from '../tensors.ts';
import {
  type Attributes,
  asValueType,
  type Constant,
  type Graph,
  GraphBuilder,
  type Value,
  type ValueType,
} from './graph.ts';
import { inferShapes } from './shapes.ts';

export interface Recording {
  graph: Graph;
  noise: NoiseSpec[];
}

/**
 * Records a program once.
 *
 * @throws {ShapeError} if shapes do not fit, or the program reads a tensor's values while it is recorded
 */
export function record(program: Program): Recording {
  const backend = install();
  const previous = tf.getBackend() as string | undefined;
  tf.setBackend(backendName);
  try {
    tf.engine().startScope(program.name);
    return backend.record(program);
  } finally {
    tf.engine().endScope();
    if (previous) tf.setBackend(previous);
  }
}

const backendName = 'recorder';
/** Kernels whose result is a list even when it has one element. */
const listKernels = new Set(['Unpack']);
let installed: Recorder | undefined;

function install(): Recorder {
  if (installed) return installed;
  const recorder = new Recorder();
  tf.registerBackend(backendName, () => recorder, 0);
  for (const kernelName of Object.keys(inferShapes)) {
    tf.registerKernel({
      kernelName,
      backendName: backendName,
      kernelFunc: ({ inputs, attrs }) => recorder.recordKernel(kernelName, inputs, attrs ?? {}),
    });
  }
  installed = recorder;
  return recorder;
}

class Recorder extends tf.KernelBackend {
  #values = new tf.DataStorage<Value>(this, tf.engine());
  #builder = new GraphBuilder();

  record(program: Program): Recording {
    this.#builder = new GraphBuilder();
    const graph: Graph = { inputs: new Map(), outputs: new Map() };
    const noise: NoiseSpec[] = [];
    const declare = (name: string, shape: readonly number[], dtype: 'float32' | 'int32'): Tensor => {
      if (graph.inputs.has(name)) throw new ShapeError(explain(program.name, 'each input once', name));
      const value = this.#builder.input(name, shape, dtype);
      graph.inputs.set(name, value);
      return this.#tensor(value);
    };
    const declareNoise = (spec: NoiseSpec) => {
      noise.push(spec);
      return declare(spec.name, spec.shape, 'float32');
    };
    const inputs = Object.fromEntries(
      Object.entries(program.inputs).map(([name, { shape, dtype }]) => [name, declare(name, shape, dtype)]),
    );
    const outputs = program.compute(inputs, {
      uniform: (name, shape) => declareNoise({ name, shape, dtype: 'float32' }),
      dropout: (name, shape, rate) => declareNoise({ name, shape, dtype: 'float32', rate }),
      scalar: (name) => declare(name, [], 'float32'),
    });
    for (const [name, tensor] of Object.entries(outputs)) graph.outputs.set(name, this.#value(tensor));
    return { graph, noise };
  }

  recordKernel(kernel: string, inputs: object, attributes: Attributes): tf.TensorInfo | tf.TensorInfo[] {
    const values = Object.values(inputs)
      .flat()
      .map((tensor: tf.TensorInfo) => this.#value(tensor));
    const outputs = inferShapes[kernel]!(values, attributes);
    const infos = this.#builder.node(kernel, values, attributes, outputs).map((value) => this.#info(value));
    return listKernels.has(kernel) ? infos : infos[0]!;
  }

  #value(tensor: tf.TensorInfo): Value {
    const value = this.#values.get(tensor.dataId);
    // tfjs reshapes without a kernel in places, so that one recorded value is seen under another shape.
    if (sameShape(value.shape, tensor.shape)) return value;
    return this.#builder.node('Reshape', [value], {}, [{ shape: [...tensor.shape], dtype: value.dtype }])[0]!;
  }

  #info(value: Value): tf.TensorInfo {
    const dataId = {};
    this.#values.set(dataId, value);
    return { dataId, shape: value.shape, dtype: value.dtype };
  }

  #tensor(value: Value): Tensor {
    const { dataId, shape, dtype } = this.#info(value);
    return tf.engine().makeTensorFromDataId(dataId, shape, dtype, this);
  }

  override write(values: tf.BackendValues, shape: number[], dtype: tf.DataType): tf.DataId {
    const dataId = {};
    this.#values.set(dataId, this.#constant(values, shape, asValueType(dtype)));
    return dataId;
  }

  #constant(values: tf.BackendValues, shape: number[], dtype: ValueType): Value {
    const data = Array.isArray(values) ? Float32Array.from(values as unknown as number[]) : values;
    const first = data[0] as number | undefined;
    const isUniform = first !== undefined && (data as Float32Array).every((element) => element === first);
    return this.#builder.constant(isUniform ? first : (data as Constant), shape, dtype);
  }

  override numDataIds = (): number => this.#values.numDataIds();
  override disposeData = (): boolean => true;
  override incRef(): void {}
  decRef = (): boolean => true;
  override refCount = (): number => 1;
  override floatPrecision = (): 32 => 32;
  override epsilon = (): number => 1e-7;
  override timerAvailable = (): boolean => false;
  override dispose(): void {}

  override readSync(): never {
    throw new ShapeError('recorded program: expected no use of tensor values, got a read (dataSync or data)');
  }
  override async read(): Promise<never> {
    return this.readSync();
  }
}
