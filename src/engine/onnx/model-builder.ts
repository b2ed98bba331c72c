/** Collects the nodes and constants of an ONNX model, and gives them names. */
import { bytesOf } from '../../base/atomic-files.ts';
import { sizeOf } from '../program.ts';
import type { Constant, Value } from '../record/graph.ts';
import type { Attribute, ElementType, OnnxModel } from './model-file.ts';

export type Attributes = Record<string, Attribute>;

/**
 * How a product is written whose factors are transposed. `whole`: a weight's gradient transposes the narrower factor as a
 * whole, which is fastest on ONNX Runtime. `flagged`: the product has flags for it. `plain`: every factor is transposed by
 * an operator of its own, and nothing but ONNX's own operators is used.
 */
export type ProductStyle = 'whole' | 'flagged' | 'plain';

export class ModelBuilder {
  readonly model: OnnxModel;
  readonly #names = new Map<Value, string>();
  readonly #constants = new Map<string, string>();
  readonly threads: number;
  readonly products: ProductStyle;

  constructor(name: string, threads: number, products: ProductStyle) {
    this.threads = threads;
    this.products = products;
    this.model = { name, nodes: [], constants: [], inputs: [], outputs: [] };
  }

  name(value: Value, name: string): void {
    this.#names.set(value, name);
  }

  /** @param asScalar a uniform constant may then be written as one element */
  nameOf(value: Value, asScalar = false): string {
    const known = this.#names.get(value);
    if (known) return known;
    const shape = asScalar && typeof value.constant === 'number' ? [] : value.shape;
    return this.constant(value.constant!, shape, value.dtype);
  }

  add(operator: string, inputs: string[], attributes: Attributes = {}, domain = ''): string {
    const output = `t${this.model.nodes.length}`;
    this.model.nodes.push({ operator, domain, inputs, outputs: [output], attributes });
    return output;
  }

  addMany(operator: string, inputs: string[], count: number, attributes: Attributes): string[] {
    const outputs = Array.from({ length: count }, (_, i) => `t${this.model.nodes.length}_${i}`);
    this.model.nodes.push({ operator, domain: '', inputs, outputs, attributes });
    return outputs;
  }

  int64(values: readonly number[], shape: readonly number[] = [values.length]): string {
    const data = BigInt64Array.from(values, BigInt);
    return this.#store(`int64 [${shape}] ${values}`, shape, 'int64', bytesOf(data));
  }

  constant(constant: Constant, shape: readonly number[], dtype: ElementType): string {
    const data = typeof constant === 'number' ? uniform(constant, sizeOf(shape), dtype) : constant;
    const key = typeof constant === 'number' ? `${dtype} [${shape}] ${constant}` : undefined;
    return this.#store(key, shape, dtype, bytesOf(data));
  }

  #store(key: string | undefined, shape: readonly number[], dtype: ElementType, data: Uint8Array): string {
    const known = key === undefined ? undefined : this.#constants.get(key);
    if (known) return known;
    const name = `c${this.model.constants.length}`;
    this.model.constants.push({ name, shape, dtype, data });
    if (key !== undefined) this.#constants.set(key, name);
    return name;
  }
}

function uniform(value: number, size: number, dtype: ElementType): Float32Array | Int32Array | Uint8Array {
  if (dtype === 'float32') return new Float32Array(size).fill(value);
  return dtype === 'int32' ? new Int32Array(size).fill(value) : new Uint8Array(size).fill(value);
}
