/** What stands beside figures and curves: which network is measured, what a word means, what may not be compared. */
import type { Arm } from './figures/series.ts';
import type { Predictor, RunReport } from './report-data.ts';
import { byArm } from './study-facts.ts';

export const glossary =
  "Argmax: the likeliest token is taken; sampled: one token is drawn, as those that the discriminator reads are. Always the commonest token: what one answer to everything would score, the token that is most frequent in the training text. AUC: the chance that a replaced token is called likelier to be replaced than an original one is; 0.5 is guessing. Own samples: the replaced tokens are drawn by the arm's own generator; common corruption: they are the same for all arms, drawn from pairs of neighbouring tokens in the training text. The generator's reward (adversarial training) is the discriminator's loss at its tokens, the baseline a guess of it.";

export const costsNote =
  'Training time and peak memory are of the machine as it was, with whatever ran beside: compare arms by FLOPs.';

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
