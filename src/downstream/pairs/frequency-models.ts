/**
 * What needs no network: how likely a sentence is by its tokens alone, and by each token after the one before it. Both
 * are counted in the run's own training text.
 */
import { blocksOf, type Examples } from '../../data/preparation/examples.ts';

export interface FrequencyVocabulary {
  size: number;
  isSpecial(id: number): boolean;
}

/** Scores of sentences, [n] each, nats. */
export interface FrequencyScores {
  unigram: Float64Array;
  bigram: Float64Array;
}

/**
 * How many tokens the unigram counts for, after each token: with fewer successors seen than that, a token's successors
 * are expected by frequency more than by what was seen. The order of magnitude is usual, the value ours.
 *
 * @source MacKay & Peto 1995, A hierarchical Dirichlet language model
 */
const priorTokens = 100;

/**
 * Log-probabilities of sentences by unigrams (counts + 1) and by bigrams that fall back on them. A sentence's first
 * token has its unigram's probability in both. The text is read once, and only what the sentences ask for is kept.
 *
 * @param sequences ids of [CLS] … [SEP] each; of those two nothing is scored
 */
export function scoreByFrequencies(
  sequences: readonly Int32Array[],
  train: Examples,
  { size: V, isSpecial }: FrequencyVocabulary,
): FrequencyScores {
  const counts = countPairs(sequences, train, { size: V, isSpecial });
  const total = counts.tokens.reduce((sum, count) => sum + count, 0);
  const unigram = (id: number) => (counts.tokens[id]! + 1) / (total + V);
  const bigram = (previous: number, id: number) =>
    ((counts.pairs.get(previous * V + id) ?? 0) + priorTokens * unigram(id)) /
    (counts.followed[previous]! + priorTokens);
  const scoreOf = (sequence: Int32Array, probability: (i: number) => number) =>
    sumBySize(Array.from({ length: sequence.length - 2 }, (_, i) => Math.log(probability(i + 1))));
  return {
    unigram: Float64Array.from(sequences, (ids) => scoreOf(ids, (i) => unigram(ids[i]!))),
    bigram: Float64Array.from(sequences, (ids) =>
      scoreOf(ids, (i) => (i === 1 ? unigram(ids[1]!) : bigram(ids[i - 1]!, ids[i]!))),
    ),
  };
}

interface Counts {
  /** [V] */
  tokens: Float64Array;
  /** [V], how often some token of text followed. */
  followed: Float64Array;
  /** Of the pairs that are asked for, by previous · V + next. */
  pairs: Map<number, number>;
}

function countPairs(
  sequences: readonly Int32Array[],
  train: Examples,
  { size: V, isSpecial }: FrequencyVocabulary,
): Counts {
  const pairs = new Map<number, number>();
  for (const ids of sequences) {
    for (let i = 2; i < ids.length - 1; i++) pairs.set(ids[i - 1]! * V + ids[i]!, 0);
  }
  const [tokens, followed] = [new Float64Array(V), new Float64Array(V)];
  const L = train.sequenceLength;
  for (const block of blocksOf(train)) {
    for (let at = 0; at < block.length; at++) {
      const [id, previous] = [block[at]!, block[at - 1]!];
      if (isSpecial(id)) continue;
      tokens[id]!++;
      if (at % L === 0 || isSpecial(previous)) continue;
      followed[previous]!++;
      const seen = pairs.get(previous * V + id);
      if (seen !== undefined) pairs.set(previous * V + id, seen + 1);
    }
  }
  return { tokens, followed, pairs };
}

/**
 * Adds numbers in the order of their size, so that the same ones have the same sum whichever way they come: word order
 * alone then makes a tie, and no rounding error decides.
 */
export function sumBySize(terms: readonly number[]): number {
  return Float64Array.from(terms)
    .sort()
    .reduce((sum, term) => sum + term, 0);
}
