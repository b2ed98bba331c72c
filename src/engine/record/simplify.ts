/**
 * Makes a recorded graph smaller without changing what it computes: constants are folded, broadcasts that
 * the next operation would do anyway are dropped, equal nodes are merged, dead ones never copied.
 */
import { sameShape } from '../program.ts';
import {
  type Attributes,
  type Constant,
  type Graph,
  GraphBuilder,
  type GraphNode,
  sortedNodes,
  type Value,
  type ValueType,
} from './graph.ts';
import { broadcastShapes } from './shapes.ts';

/** @returns a new graph with the same inputs and outputs; the old one is left as it was */
export function simplify(graph: Graph): Graph {
  return new Simplifier().run(graph);
}

const binary: Record<string, (a: number, b: number) => number> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Multiply: (a, b) => a * b,
  RealDiv: (a, b) => a / b,
  Maximum: Math.max,
  Minimum: Math.min,
};
const unary: Record<string, (a: number) => number> = {
  Neg: (a) => -a,
  Exp: Math.exp,
  Log: Math.log,
  Square: (a) => a * a,
  Rsqrt: (a) => 1 / Math.sqrt(a),
};
const elementwiseKernels = new Set([
  ...Object.keys(binary),
  ...Object.keys(unary),
  'Erf',
  'Sigmoid',
  'Softplus',
  'Select',
  'Cast',
  'Greater',
  'Less',
  'NotEqual',
]);

class Simplifier {
  #builder = new GraphBuilder();
  #renewed = new Map<Value, Value>();
  #known = new Map<string, Value[]>();

  run(graph: Graph): Graph {
    const inputs = new Map([...graph.inputs].map(([name, value]) => [name, this.#renew(value)]));
    for (const node of sortedNodes(graph)) {
      const results = this.#rewrite(
        node,
        node.inputs.map((input) => this.#renew(input)),
      );
      for (const [i, output] of node.outputs.entries()) this.#renewed.set(output, results[i]!);
    }
    const outputs = new Map([...graph.outputs].map(([name, value]) => [name, this.#renew(value)]));
    return { inputs, outputs };
  }

  #renew(value: Value): Value {
    const known = this.#renewed.get(value);
    if (known) return known;
    const fresh =
      value.input !== undefined
        ? this.#builder.input(value.input, value.shape, value.dtype)
        : this.#builder.constant(value.constant!, value.shape, value.dtype);
    this.#renewed.set(value, fresh);
    return fresh;
  }

  #rewrite(node: GraphNode, inputs: Value[]): Value[] {
    const single =
      node.outputs.length === 1 ? this.#rewriteSingle(node, inputs, node.outputs[0]!) : undefined;
    return single ? [single] : this.#node(node.kernel, inputs, node.attributes, node.outputs);
  }

  #rewriteSingle({ kernel, attributes }: GraphNode, inputs: Value[], output: Value): Value | undefined {
    const [x] = inputs as [Value];
    if (kernel === 'Identity') return x;
    if (kernel === 'Reshape' || kernel === 'ExpandDims') return this.#reshape(x, output);
    if (kernel === 'Transpose' && isIdentity(attributes.perm as number[])) return x;
    if (kernel === 'BatchMatMul') return this.#matrixProduct(inputs, attributes, output);
    if (elementwiseKernels.has(kernel)) return this.#elementwise(kernel, inputs, attributes, output);
    return undefined;
  }

  #reshape(x: Value, output: Value): Value {
    if (sameShape(x.shape, output.shape)) return x;
    if (x.constant !== undefined) return this.#constant(x.constant, output);
    const origin = x.node?.kernel === 'Reshape' ? x.node.inputs[0]! : x;
    if (sameShape(origin.shape, output.shape)) return origin;
    return this.#node('Reshape', [origin], {}, [output])[0]!;
  }

  #broadcast(x: Value, output: Value): Value {
    if (sameShape(x.shape, output.shape)) return x;
    if (typeof x.constant === 'number') return this.#constant(x.constant, output);
    return this.#node('Broadcast', [x], {}, [output])[0]!;
  }

  /** A transposition of the last two axes becomes a flag of the product that reads it. */
  #matrixProduct(inputs: Value[], attributes: Attributes, output: Value): Value {
    const flags = { transposeA: Boolean(attributes.transposeA), transposeB: Boolean(attributes.transposeB) };
    const [a, b] = inputs.map((input, i) => {
      if (!swapsLastTwo(input.node)) return input;
      const name = i === 0 ? 'transposeA' : 'transposeB';
      flags[name] = !flags[name];
      return input.node!.inputs[0]!;
    }) as [Value, Value];
    return this.#node('BatchMatMul', [a, b], flags, [output])[0]!;
  }

  /** Computes on the smallest shape that the operands have, and broadcasts the result if that is too small. */
  #elementwise(kernel: string, inputs: Value[], attributes: Attributes, output: Value): Value {
    const operands = inputs.map((input) => this.#strip(input));
    const folded = this.#fold(kernel, operands, attributes, output);
    if (folded) return this.#broadcast(folded, output);
    const shape = operands.map((operand) => operand.shape).reduce(broadcastShapes);
    const result = this.#node(kernel, operands, attributes, [{ ...output, shape }])[0]!;
    return this.#broadcast(result, output);
  }

  #strip(value: Value): Value {
    if (typeof value.constant === 'number') return this.#constant(value.constant, { ...value, shape: [] });
    return value.node?.kernel === 'Broadcast' ? value.node.inputs[0]! : value;
  }

  #fold(kernel: string, [a, b]: Value[], attributes: Attributes, output: Value): Value | undefined {
    const scalar = { ...output, shape: [] };
    const [x, y] = [a?.constant, b?.constant];
    if (kernel === 'Cast') return this.#foldCast(a!, attributes, scalar);
    if (output.dtype !== 'float32') return undefined;
    if (typeof x === 'number' && unary[kernel]) return this.#constant(unary[kernel](x), scalar);
    if (typeof x === 'number' && typeof y === 'number' && binary[kernel]) {
      return this.#constant(binary[kernel](x, y), scalar);
    }
    if (isNeutral(kernel, y)) return a;
    if ((kernel === 'Add' || kernel === 'Multiply') && isNeutral(kernel, x)) return b;
    if (kernel === 'RealDiv' && typeof y === 'number') return this.#scale(a!, 1 / y);
    if (kernel === 'Multiply' && typeof y === 'number') return this.#scale(a!, y);
    if (kernel === 'Multiply' && typeof x === 'number') return this.#scale(b!, x);
    return undefined;
  }

  #foldCast(x: Value, { dtype }: Attributes, scalar: Value): Value | undefined {
    if (x.dtype === dtype) return x;
    return typeof x.constant === 'number'
      ? this.#constant(castNumber(x.constant, scalar.dtype), scalar)
      : undefined;
  }

  /** x · factor, where x may itself be such a product. */
  #scale(x: Value, factor: number): Value {
    const [inner, by] = x.node?.kernel === 'Multiply' ? x.node.inputs : [];
    const total = typeof by?.constant === 'number' ? factor * by.constant : factor;
    const base = total === factor ? x : inner!;
    if (total === 1) return base;
    const scalar = this.#constant(total, { ...x, shape: [] });
    return this.#node('Multiply', [base, scalar], {}, [x])[0]!;
  }

  #constant(constant: Constant, { shape, dtype }: Pick<Value, 'shape' | 'dtype'>): Value {
    if (typeof constant !== 'number') return this.#builder.constant(constant, shape, dtype);
    return this.#once(`constant ${constant} [${shape}] ${dtype}`, () => [
      this.#builder.constant(constant, shape, dtype),
    ])[0]!;
  }

  #node(
    kernel: string,
    inputs: Value[],
    attributes: Attributes,
    outputs: Pick<Value, 'shape' | 'dtype'>[],
  ): Value[] {
    const shapes = outputs.map(({ shape }) => `[${shape}]`);
    const key = `${kernel} ${inputs.map(({ id }) => id)} ${JSON.stringify(attributes)} ${shapes}`;
    const specs = outputs.map(({ shape, dtype }) => ({ shape: [...shape], dtype }));
    return this.#once(key, () => this.#builder.node(kernel, inputs, attributes, specs));
  }

  #once(key: string, create: () => Value[]): Value[] {
    const known = this.#known.get(key);
    if (known) return known;
    const created = create();
    this.#known.set(key, created);
    return created;
  }
}

function isNeutral(kernel: string, constant: Constant | undefined): boolean {
  if (kernel === 'Multiply' || kernel === 'RealDiv') return constant === 1;
  return (kernel === 'Add' || kernel === 'Sub') && constant === 0;
}

function castNumber(value: number, dtype: ValueType): number {
  if (dtype === 'bool') return value === 0 ? 0 : 1;
  return dtype === 'int32' ? Math.trunc(value) : value;
}

function isIdentity(perm: readonly number[]): boolean {
  return perm.every((from, to) => from === to);
}

function swapsLastTwo(node: GraphNode | undefined): boolean {
  if (node?.kernel !== 'Transpose') return false;
  const perm = node.attributes.perm as number[];
  const rank = perm.length;
  const swapped = perm.map((_, i) => (i < rank - 2 ? i : i === rank - 2 ? rank - 1 : rank - 2));
  return rank >= 2 && sameShape(perm, swapped);
}
