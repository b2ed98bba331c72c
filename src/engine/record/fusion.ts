/** Joins neighbouring nodes into one where ONNX Runtime has a single kernel for them. */
import { sameShape } from '../program.ts';
import { type Graph, type GraphNode, sortedNodes, type Value } from './graph.ts';

/** Fuses in place; run it last, on a graph of its own. */
export function fuse(graph: Graph): void {
  const uses = new Uses(graph);
  for (const node of sortedNodes(graph)) {
    fuseFactors(node);
    fuseScale(node, uses);
    fuseBias(node, uses);
    fuseSegmentSum(node, uses);
    fuseLayerNorm(node);
  }
}

/** Who reads a value: a node may only vanish into another if nothing else reads it. */
export class Uses {
  readonly #counts = new Map<Value, number>();

  constructor(graph: Graph) {
    const count = (value: Value) => this.#counts.set(value, (this.#counts.get(value) ?? 0) + 1);
    for (const node of sortedNodes(graph)) node.inputs.forEach(count);
    for (const output of graph.outputs.values()) count(output);
  }

  /** The node that made a value, if it is of one of these kernels and one node alone reads the value. */
  privateNode(value: Value | undefined, ...kernels: string[]): GraphNode | undefined {
    const node = value?.node;
    return node && kernels.includes(node.kernel) && this.#counts.get(value) === 1 ? node : undefined;
  }
}

/** Makes a node compute its output in another way. */
export function replaceNode(
  node: GraphNode,
  kernel: string,
  inputs: Value[],
  attributes: GraphNode['attributes'],
): void {
  Object.assign(node, { kernel, inputs, attributes });
}

/** Add(UnsortedSegmentSum(rows, ids), table) → AddSegments(table, rows, ids), which starts from the table, not zeros */
function fuseSegmentSum(node: GraphNode, uses: Uses): void {
  if (node.kernel !== 'Add') return;
  for (const [value, table] of [node.inputs, node.inputs.toReversed()] as [Value, Value][]) {
    const sum = uses.privateNode(value, 'UnsortedSegmentSum');
    if (!sum || table.constant !== undefined || `${value.shape}` !== `${table.shape}`) continue;
    replaceNode(node, 'AddSegments', [table, ...sum.inputs], {});
    return;
  }
}

/** BatchMatMul(a · factor, b) → BatchMatMul(a, b, alpha = factor), for each operand of a product */
function fuseFactors(node: GraphNode): void {
  if (node.kernel !== 'BatchMatMul') return;
  for (const i of [0, 1]) {
    const [base, factor] = factorsOf(node.inputs[i]!);
    if (factor === undefined) continue;
    const alpha = factor * numberOr(node.attributes.alpha, 1);
    replaceNode(node, 'BatchMatMul', node.inputs.with(i, base!), { ...node.attributes, alpha });
  }
}

/** Multiply(product, factor) → the product with alpha, and beta, times factor */
function fuseScale(node: GraphNode, uses: Uses): void {
  const [value, factor] = node.kernel === 'Multiply' ? factorsOf(node.outputs[0]!) : [];
  const product = uses.privateNode(value, 'BatchMatMul', 'Gemm');
  if (!product || factor === undefined) return;
  const { alpha, beta } = product.attributes;
  const scaled = { ...product.attributes, alpha: factor * numberOr(alpha, 1) };
  const both = product.kernel === 'Gemm' ? { ...scaled, beta: factor * numberOr(beta, 1) } : scaled;
  replaceNode(node, product.kernel, product.inputs, both);
}

/** Add(BatchMatMul(a, b), c) → Gemm(a, b, c), where c is a bias or a matrix like the product */
function fuseBias(node: GraphNode, uses: Uses): void {
  if (node.kernel !== 'Add') return;
  for (const [value, other] of [node.inputs, node.inputs.toReversed()] as [Value, Value][]) {
    const product = uses.privateNode(value, 'BatchMatMul');
    if (!product || value.shape.length !== 2 || other.constant !== undefined) continue;
    if (isBiasOf(value, other, node.outputs[0]!) || sameShape(value.shape, other.shape)) {
      replaceNode(node, 'Gemm', [...product.inputs, other], product.attributes);
      return;
    }
  }
}

/** One column and a longer bias: the sum is wider than the product. */
function isBiasOf(product: Value, bias: Value, sum: Value): boolean {
  return bias.shape.length === 1 && product.shape[1] === sum.shape[1];
}

/** A value as another one times a number. */
function factorsOf({ node }: Value): [base?: Value, factor?: number] {
  const [base, factor] = node?.kernel === 'Multiply' ? node.inputs : [];
  return typeof factor?.constant === 'number' ? [base!, factor.constant] : [];
}

function numberOr(attribute: unknown, otherwise: number): number {
  return (attribute as number | undefined) ?? otherwise;
}

/**
 * Add(Multiply(Multiply(x − mean, inverse), gain), bias) → LayerNorm(x, gain, bias), with the definitions of mean and
 * inverse = 1 / √(mean((x − mean)²) + ε) over the last axis.
 */
function fuseLayerNorm(node: GraphNode): void {
  const [scaled, bias] = inputsOf(node, 'Add');
  const [normalised, gain] = inputsOf(scaled?.node, 'Multiply');
  const [centred, inverse] = inputsOf(normalised?.node, 'Multiply');
  const [x, mean] = inputsOf(centred?.node, 'Sub');
  if (!x || !isMeanOfRows(mean!, x) || gain!.shape.length !== 1 || bias!.shape.length !== 1) return;
  const epsilon = epsilonOf(inverse!, centred!);
  if (epsilon === undefined || `${node.outputs[0]!.shape}` !== `${x.shape}`) return;
  const outputs = [node.outputs[0]!, mean!, inverse!];
  Object.assign(node, { kernel: 'LayerNorm', inputs: [x, gain!, bias!], attributes: { epsilon }, outputs });
  for (const output of outputs) output.node = node;
}

/** ε of Rsqrt(Add(Mean(Square(centred)), ε)) */
function epsilonOf(inverse: Value, centred: Value): number | undefined {
  const [sum] = inputsOf(inverse.node, 'Rsqrt');
  const [variance, epsilon] = inputsOf(sum?.node, 'Add');
  const [square] = inputsOf(variance?.node, 'Mean');
  if (!square || !isMeanOfRows(variance!, square)) return undefined;
  const isSquare = square.node?.kernel === 'Square' && square.node.inputs[0] === centred;
  return isSquare && typeof epsilon!.constant === 'number' ? epsilon!.constant : undefined;
}

function isMeanOfRows({ node, shape }: Value, x: Value): boolean {
  const ofLast = [...x.shape.slice(0, -1), 1];
  return node?.kernel === 'Mean' && node.inputs[0] === x && `${shape}` === `${ofLast}`;
}

function inputsOf(node: GraphNode | undefined, kernel: string): Value[] {
  return node?.kernel === kernel ? node.inputs : [];
}
