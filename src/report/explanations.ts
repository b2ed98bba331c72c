/**
 * What stands beside figures, curves and claims: which network is measured, what a word means, what may not be
 * compared, and what training the two arms of a claim had.
 */
import type { Arm } from './figures/series.ts';
import { measureNamed, show } from './metric-display.ts';
import type { Predictor, RunReport } from './report-data.ts';
import { byArm } from './study-facts.ts';
import type { ClaimRow } from './verdict-rows.ts';

export const glossary = [
  'Argmax: the likeliest token is taken.',
  'Sampled: one token is drawn, as for the text that the discriminator reads.',
  'Always the commonest token: what the most frequent token of the training text scores as the answer everywhere.',
  'AUC: the chance that a replaced token gets a higher probability of being replaced than an original one; 0.5 is guessing.',
  "Own samples: the arm's own generator draws the replaced tokens.",
  'Common corruption: all arms see the same replaced tokens, drawn from pairs of neighbouring tokens in the training text.',
  "The generator's reward (adversarial training) is the discriminator's loss at its tokens; the baseline predicts it.",
].join(' ');

export const costsNote =
  'Training time and peak memory depend on the machine and on what else ran on it: compare arms by FLOPs.';

/** `Masked tokens are predicted by BERT itself (bert), …` Nothing of runs whose configuration is not known. */
export function predictorNote(arms: readonly Arm[]): string {
  const words = byArm(arms, ({ setting: { predictor } }) => predictor && predictorWords(predictor));
  return words === '' ? '' : `Masked tokens are predicted by ${words}.`;
}

function predictorWords({ network, kind, size }: Predictor): string {
  if (network !== 'generator') return `${network === 'bert' ? 'BERT' : network} itself`;
  if (kind !== 'network') return `a ${kind} table in place of a generator`;
  return size === 1
    ? 'a generator as wide as the main network'
    : `a generator ${size} times as wide as the main network`;
}

/** Why a curve has a flat end, which else would look like a fault. */
export function frozenNote(runs: readonly RunReport[]): string {
  const regimesThat = (learns: Predictor['learns']) => [
    ...new Set(runs.filter(({ setting }) => isNetworkThat(learns, setting)).map(({ regime }) => regime)),
  ];
  const [early, never] = [regimesThat('before the last stage'), regimesThat('never')];
  const sentences = [
    early.length > 0 &&
      `The generator of ${early.join(', ')} is frozen in the last stage: from there on, its curves of masked tokens are flat.`,
    never.length > 0 && `The generator of ${never.join(', ')} is frozen throughout.`,
  ];
  return sentences.filter(Boolean).join(' ');
}

/** A table of frequencies is frozen too, and nobody expects it to learn. */
function isNetworkThat(learns: Predictor['learns'], { predictor }: RunReport['setting']): boolean {
  return predictor?.kind === 'network' && predictor.learns === learns;
}

/**
 * `joint 4,000 steps, 4.1 million tokens, 1.50e13 FLOPs (2.84e13 as the paper counts); two-stage …; two-stage took 1.52
 * times the FLOPs`; nothing of runs without a cost.
 */
export function computeWords(claim: ClaimRow): string {
  const { ahead, behind, trainFlopsAhead, trainFlopsBehind } = claim;
  if (trainFlopsAhead === undefined || trainFlopsBehind === undefined) return '';
  const one = wordsOf(claim.stepsAhead, claim.tokensAhead, trainFlopsAhead, claim.officialFlopsAhead);
  const other = wordsOf(claim.stepsBehind, claim.tokensBehind, trainFlopsBehind, claim.officialFlopsBehind);
  return `${ahead} ${one}; ${behind} ${other}${ratioWords(claim)}`;
}

function wordsOf(
  steps: number | undefined,
  tokens: number | undefined,
  flops: number,
  officialFlops: number | undefined,
): string {
  const measure = measureNamed('train_flops');
  const official =
    officialFlops === undefined ? '' : ` (${show(measure, officialFlops)} as the paper counts)`;
  return [
    ...(steps === undefined ? [] : [`${Math.round(steps).toLocaleString('en')} steps`]),
    ...(tokens === undefined ? [] : [`${tokensWords(tokens)} tokens`]),
    `${show(measure, flops)} FLOPs${official}`,
  ].join(', ');
}

/** How much it is, not a count. */
function tokensWords(tokens: number): string {
  const shown = (value: number) => value.toLocaleString('en', { maximumSignificantDigits: 3 });
  return tokens < 1e6 ? shown(tokens) : `${shown(tokens / 1e6)} million`;
}

/** Said where a reader should see it: from a difference of a twentieth on. */
function ratioWords({ ahead, behind, trainFlopsAhead, trainFlopsBehind }: ClaimRow): string {
  const ratio = trainFlopsBehind! / trainFlopsAhead!;
  if (Math.abs(ratio - 1) < 0.05 || !Number.isFinite(ratio) || ratio === 0) return '';
  const [larger, times] = ratio > 1 ? [behind, ratio] : [ahead, 1 / ratio];
  return `; ${larger} took ${times.toFixed(2)} times the FLOPs`;
}
