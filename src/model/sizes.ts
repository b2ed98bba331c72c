/** The sizes of one network, and the one dial that derives a generator's from its discriminator's. */
import type { ModelConfig } from '../config/schema.ts';

/** Everything that decides the shapes of an encoder. */
export interface EncoderSizes extends ModelConfig {
  /** Entries of the vocabulary, V. */
  vocabulary: number;
}

/**
 * Scales width, heads and feed-forward; depth and embedding size stay.
 *
 * Heads keep the discriminator's size of one head where the width allows it, and never fall below one.
 *
 * @param fraction in (0, 1]
 * @source ELECTRA §3.2 and Table 6 (generator multiplier for hidden, FFN and heads)
 */
export function generatorSizes(discriminator: EncoderSizes, fraction: number): EncoderSizes {
  const hidden = Math.round(discriminator.hidden * fraction);
  const wanted = Math.max(1, Math.round(discriminator.heads * fraction));
  return {
    ...discriminator,
    hidden,
    heads: largestDivisor(hidden, wanted),
    feedForward: Math.max(1, Math.round(discriminator.feedForward * fraction)),
  };
}

/** The largest divisor of `value` that is not above `limit`. */
function largestDivisor(value: number, limit: number): number {
  let divisor = limit;
  while (value % divisor !== 0) divisor--;
  return divisor;
}
