/**
 * The replaced-token detector that a real one has to beat: it sees how common each token is, and nothing else.
 *
 * It leaves out scoring; its logits go to `scoreBinary` like those of any discriminator.
 */
import { explain, ShapeError } from '../base/errors.ts';
import { assertLength } from './checks.ts';

export interface FrequencyExamples {
  /** [n], int32, vocabulary ids as the discriminator reads them (after corruption). */
  tokenIds: ArrayLike<number>;
  /** [n], 1 where the token is not the original one. */
  isReplaced: Uint8Array;
  /** [n], sequence or document of each example; the even and the odd ones are the two folds. */
  groups: ArrayLike<number>;
  /** [n], an example is learned from where this is not 0; without a mask all are. */
  mask?: ArrayLike<number>;
}

/** Tokens are seen as ⌊log2 count⌋ + 1, or 0 when never met in training: 33 buckets. */
const buckets = 33;

/**
 * Estimates P(replaced | frequency bucket) on one half of the groups and scores the other half, both ways.
 *
 * Cross-fitting keeps the classifier from being judged by labels that it has counted. A bucket's rate is shrunk
 * towards the fold's overall rate by one pseudo-example, so an unseen bucket scores that rate.
 *
 * @param tokenCounts [V], how often each token occurs in the training text, uncorrupted
 * @returns logits [n], fresh; finite, and those outside the mask are scored too
 * @throws {ShapeError} on unequal lengths, an id outside the vocabulary, or a fold without examples
 */
export function scoreByFrequency(examples: FrequencyExamples, tokenCounts: Uint32Array): Float32Array {
  assertExamples(examples, tokenCounts.length);
  const { tokenIds, groups } = examples;
  const bucketOf = (i: number) => 32 - Math.clz32(tokenCounts[tokenIds[i]!]!);
  const learnedOn = [learnLogits(examples, bucketOf, 0), learnLogits(examples, bucketOf, 1)] as const;
  return Float32Array.from({ length: tokenIds.length }, (_, i) => {
    const otherFold = isOdd(groups[i]!) ? learnedOn[0] : learnedOn[1];
    return otherFold[bucketOf(i)]!;
  });
}

/** The log-odds of `isReplaced` in each bucket, [33], as one fold shows them. */
function learnLogits(
  { isReplaced, groups, mask }: FrequencyExamples,
  bucketOf: (i: number) => number,
  fold: 0 | 1,
): Float64Array {
  const seen = new Float64Array(buckets);
  const replaced = new Float64Array(buckets);
  for (let i = 0; i < isReplaced.length; i++) {
    if (mask?.[i] === 0 || isOdd(groups[i]!) !== (fold === 1)) continue;
    const bucket = bucketOf(i);
    seen[bucket]! += 1;
    replaced[bucket]! += isReplaced[i]!;
  }
  const total = sum(seen);
  if (total === 0) {
    throw new ShapeError(explain('groups', 'examples in even and in odd groups', `none in fold ${fold}`));
  }
  // Half an example on each side keeps the rate off 0 and 1, where the log-odds would be infinite.
  const overallRate = (sum(replaced) + 0.5) / (total + 1);
  return replaced.map((count, b) => logOdds((count + overallRate) / (seen[b]! + 1)));
}

function assertExamples({ tokenIds, isReplaced, groups, mask }: FrequencyExamples, V: number): void {
  assertLength('isReplaced', isReplaced, tokenIds.length);
  assertLength('groups', groups, tokenIds.length);
  if (mask) assertLength('mask', mask, tokenIds.length);
  for (let i = 0; i < tokenIds.length; i++) {
    const id = tokenIds[i]!;
    if (id < 0 || id >= V) throw new ShapeError(explain(`tokenIds[${i}]`, `an id in [0, ${V})`, id));
    if (isReplaced[i]! > 1) throw new ShapeError(explain(`isReplaced[${i}]`, '0 or 1', isReplaced[i]));
  }
}

function isOdd(group: number): boolean {
  return group % 2 !== 0;
}

function logOdds(probability: number): number {
  return Math.log(probability / (1 - probability));
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
