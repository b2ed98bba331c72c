/**
 * Training FLOPs as the paper counts them, for comparison with its tables: a multiply-add is two, every other
 * mathematical operation one; look-ups are products with one-hot vectors; backward costs as much as forward.
 *
 * What training really executes is another number (backward costs about twice): see `matrixProductFlops`.
 *
 * @source google-research/electra, flops_computation.py
 */
import { segmentTypes } from './encoder.ts';
import type { NetworkName, NetworkPlan } from './network.ts';
import type { EncoderSizes } from './sizes.ts';

export interface OfficialCounting {
  /** L, tokens of a sequence */
  length: number;
  /**
   * Where the head is used. In the source the masked-LM head is at 80 of 512 positions, whatever the mask fraction, and
   * the discriminator's at every token; the other way round (All-Tokens MLM, ELECTRA 15 %) is our extension.
   */
  headReads?: 'masked' | 'all';
  /** Count input look-ups as free instead of as products with one-hot vectors. */
  hasSparseLookups?: boolean;
}

const perElement = { dropout: 4, layerNorm: 5, activation: 8, softmax: 5 };
const sourceOutputFraction = 0.15625;

const headOf = {
  mlm: { reads: 'masked', flops: mlmHeadFlops },
  rtd: { reads: 'all', flops: rtdHeadFlops },
} as const;

/** Forward FLOPs of one sequence through an encoder and its pre-training head. */
export function officialForwardFlops(
  sizes: EncoderSizes,
  head: 'mlm' | 'rtd',
  { length: L, headReads = headOf[head].reads, hasSparseLookups = false }: OfficialCounting,
): number {
  const outputFraction = headReads === 'masked' ? sourceOutputFraction : 1;
  const perToken =
    sizes.layers * layerFlops(sizes, L) +
    inputFlops(sizes, L, hasSparseLookups) +
    outputFraction * headOf[head].flops(sizes);
  return L * perToken;
}

/**
 * One training step of B sequences: forward and backward for the networks that it trains. Ours, as the script has no
 * such networks: forward only for those that merely run, nothing for a generator that is a table of frequencies, and
 * one product with the hidden state for the copy gate and for REINFORCE's baseline.
 */
export function officialStepFlops(
  plans: readonly NetworkPlan[],
  { trains, runs = [] }: { trains: readonly NetworkName[]; runs?: readonly NetworkName[] },
  B: number,
  counting: OfficialCounting,
): number {
  const passes = (name: NetworkName) => (trains.includes(name) ? 2 : runs.includes(name) ? 1 : 0);
  return plans.reduce((sum, plan) => sum + passes(plan.name) * B * networkFlops(plan, counting), 0);
}

function networkFlops(plan: NetworkPlan, counting: OfficialCounting): number {
  if (plan.isContextFree) return 0;
  const has = (prefix: string) => plan.parameters.some(({ name }) => name.startsWith(prefix));
  const head = has('rtd.') ? 'rtd' : 'mlm';
  const { headReads = headOf[head].reads, sizes } = plan;
  const probes = has('copyGate.') || has('baseline.') ? 2 * sizes.hidden : 0;
  const positions = counting.length * (headReads === 'masked' ? sourceOutputFraction : 1);
  return officialForwardFlops(sizes, head, { ...counting, headReads }) + positions * probes;
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
