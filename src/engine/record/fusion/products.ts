/** Scale and bias of a matrix product: Gemm is alpha · a · b + beta · c. */
import { sameShape } from '../../program.ts';
import type { GraphNode, Value } from '../graph.ts';
import { become, type Uses } from './uses.ts';

/** BatchMatMul(a · factor, b) → BatchMatMul(a, b, alpha = factor), for each operand of a product */
export function fuseFactors(node: GraphNode): void {
  if (node.kernel !== 'BatchMatMul') return;
  for (const i of [0, 1]) {
    const [base, factor] = factorsOf(node.inputs[i]!);
    if (factor === undefined) continue;
    const alpha = factor * numberOr(node.attributes.alpha, 1);
    become(node, 'BatchMatMul', node.inputs.with(i, base!), { ...node.attributes, alpha });
  }
}

/** Multiply(product, factor) → the product with alpha, and beta, times factor */
export function fuseScale(node: GraphNode, uses: Uses): void {
  const [value, factor] = node.kernel === 'Multiply' ? factorsOf(node.outputs[0]!) : [];
  const product = uses.privateNode(value, 'BatchMatMul', 'Gemm');
  if (!product || factor === undefined) return;
  const { alpha, beta } = product.attributes;
  const scaled = { ...product.attributes, alpha: factor * numberOr(alpha, 1) };
  const both = product.kernel === 'Gemm' ? { ...scaled, beta: factor * numberOr(beta, 1) } : scaled;
  become(node, product.kernel, product.inputs, both);
}

/** Add(BatchMatMul(a, b), c) → Gemm(a, b, c), where c is a bias or a matrix like the product */
export function fuseBias(node: GraphNode, uses: Uses): void {
  if (node.kernel !== 'Add') return;
  for (const [value, other] of [node.inputs, node.inputs.toReversed()] as [Value, Value][]) {
    const product = uses.privateNode(value, 'BatchMatMul');
    if (!product || value.shape.length !== 2 || other.constant !== undefined) continue;
    if (isBiasOf(value, other, node.outputs[0]!) || sameShape(value.shape, other.shape)) {
      become(node, 'Gemm', [...product.inputs, other], product.attributes);
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
