/** Layer normalisation as one node that also gives the mean and the inverse deviation, which its gradient reads. */
import type { GraphNode, Value } from '../graph.ts';

/**
 * Add(Multiply(Multiply(x − mean, inverse), gain), bias) → LayerNorm(x, gain, bias), with the definitions of mean and
 * inverse = 1 / √(mean((x − mean)²) + ε) over the last axis.
 */
export function fuseLayerNorm(node: GraphNode): void {
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
