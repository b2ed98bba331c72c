/** A sentence token by token as people read it: what stood there, what was drawn for it, and who noticed. */
import type { Vocabulary } from '../data/vocabulary/vocabulary.ts';
import type { MaskedText, TextPrediction } from './text-predictions.ts';

export interface DescribedToken {
  /** What stands in the text; `[MASK]` where nobody knows. */
  token: string;
  /** Of a masked place. */
  sample?: DescribedGuess;
  best?: DescribedGuess[];
  /** The detector's probability that the token it reads here was replaced; absent without a detector. */
  replaced?: number;
}

export interface DescribedGuess {
  token: string;
  /** In [0, 1]. */
  prob: number;
}

/** Without [CLS] and [SEP]. Probabilities have four significant digits, which engines agree on. */
export function describeText(
  { tokenIds }: MaskedText,
  { places, replacedProbs }: TextPrediction,
  vocabulary: Vocabulary,
): DescribedToken[] {
  const guess = ({ id, prob }: { id: number; prob: number }): DescribedGuess => ({
    token: vocabulary.tokenOf(id),
    prob: short(prob),
  });
  return Array.from(tokenIds.subarray(1, -1), (id, i): DescribedToken => {
    const place = places.find(({ position }) => position === i + 1);
    return {
      token: vocabulary.tokenOf(id),
      ...(place && { sample: guess(place.sample), best: place.best.map(guess) }),
      ...(replacedProbs && { replaced: short(replacedProbs[i + 1]!) }),
    };
  });
}

function short(prob: number): number {
  return Number(prob.toPrecision(4));
}
