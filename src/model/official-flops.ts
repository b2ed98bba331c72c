/**
 * Training FLOPs as the paper counts them, for comparison with its tables: a multiply-add is two, every other
 * mathematical operation one; look-ups are products with one-hot vectors; backward costs as much as forward.
 *
 * What training really executes is another number (backward costs about twice): see `matrixProductFlops`.
 *
 * @source google-research/electra, flops_computation.py
 */
import type { NetworkName, NetworkPlan } from './network.ts';
import type { EncoderSizes } from './sizes.ts';

export interface OfficialCounting {
  /** L, tokens of a sequence */
  length: number;
  /** Share of positions with a vocabulary softmax; 80 of 512 in the source, whatever the mask fraction. */
  outputFraction?: number;
  /** Count input look-ups as free instead of as products with one-hot vectors. */
  hasSparseLookups?: boolean;
}

const perElement = { dropout: 4, layerNorm: 5, activation: 8, softmax: 5 };
const sourceOutputFraction = 0.15625;
const segmentTypes = 2;

/** Forward FLOPs of one sequence through an encoder and its pre-training head. */
export function officialForwardFlops(
  sizes: EncoderSizes,
  head: 'mlm' | 'rtd',
  { length: L, outputFraction = sourceOutputFraction, hasSparseLookups = false }: OfficialCounting,
): number {
  const perToken =
    sizes.layers * layerFlops(sizes, L) +
    inputFlops(sizes, L, hasSparseLookups) +
    (head === 'rtd' ? rtdHeadFlops(sizes) : outputFraction * mlmHeadFlops(sizes));
  return L * perToken;
}

/**
 * One training step of B sequences: forward and backward for the networks that it trains, forward only (ours; the
 * script has no frozen networks) for those that merely run.
 */
export function officialStepFlops(
  plans: readonly NetworkPlan[],
  { trains, runs = [] }: { trains: readonly NetworkName[]; runs?: readonly NetworkName[] },
  B: number,
  length: number,
): number {
  const passes = (name: NetworkName) => (trains.includes(name) ? 2 : runs.includes(name) ? 1 : 0);
  const flopsOf = (plan: NetworkPlan) => officialForwardFlops(plan.sizes, headOf(plan), { length });
  return plans.reduce((sum, plan) => sum + passes(plan.name) * B * flopsOf(plan), 0);
}

function headOf({ parameters }: NetworkPlan): 'mlm' | 'rtd' {
  return parameters.some(({ name }) => name.startsWith('rtd.')) ? 'rtd' : 'mlm';
}

/** One Transformer layer, per token. */
function layerFlops({ hidden: D, heads: H, feedForward: F }: EncoderSizes, L: number): number {
  const { dropout, layerNorm, activation, softmax } = perElement;
  const queryKeyValue = 3 * 2 * D * D + 3 * D;
  const scores = 2 * D * L + (softmax + dropout + 1) * L * H + 2 * D * L;
  // The source forgets the factor D of this layer norm; kept, so that its totals come out to the digit.
  const attentionOutput = 2 * D * D + D + dropout * D + D + layerNorm;
  const feedForward = 2 * D * F + (activation + 1) * F + 2 * D * F + D + dropout * D + D + layerNorm * D;
  return queryKeyValue + scores + attentionOutput + feedForward;
}

function inputFlops(sizes: EncoderSizes, L: number, hasSparseLookups: boolean): number {
  const { embedding: E, hidden: D, vocabulary: V } = sizes;
  const lookup = hasSparseLookups ? 0 : 2 * E * V;
  const positionsAndSegments = 2 * E * (L + segmentTypes) + 2 * E;
  const projection = E === D ? 0 : 2 * D * E + D;
  return lookup + positionsAndSegments + (perElement.layerNorm + perElement.dropout) * E + projection;
}

/** Per position that has a vocabulary softmax. */
function mlmHeadFlops({ embedding: E, hidden: D, vocabulary: V }: EncoderSizes): number {
  const transform = 2 * D * E + E + (perElement.activation + perElement.layerNorm) * E;
  return 2 * E * V + transform + perElement.softmax * V + 2 * V;
}

function rtdHeadFlops({ hidden: D }: EncoderSizes): number {
  return 2 * D * D + D + perElement.activation * D + 2 * D;
}
