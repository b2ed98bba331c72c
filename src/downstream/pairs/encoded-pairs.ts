/** The sentences of a set as tokens, and what models of token frequencies score on them. */
import { join } from 'node:path';
import { sha256 } from '../../base/atomic-files.ts';
import { readOrMake } from '../../base/json-cache.ts';
import type { PreparedData } from '../../data/preparation/prepared-data.ts';
import { maskingVocabulary } from '../../objectives/batch-source.ts';
import { accuraciesOf, sentencesOf } from './accuracy.ts';
import { scoreByFrequencies } from './frequency-models.ts';
import type { PairSet } from './pair-set.ts';
import type { PairBaselines } from './pairs-table.ts';

/** Raise it when the models of frequencies change. */
const baselinesVersion = 1;

/**
 * Each sentence as [CLS] … [SEP], of each pair the better one first. What is longer than the run's sequences is cut: a
 * pair that differs only beyond is a tie.
 */
export function encodePairs(set: PairSet, { tokenizer, vocabulary, train }: PreparedData): Int32Array[] {
  const { clsId, sepId } = vocabulary;
  const room = train.sequenceLength - 2;
  return sentencesOf(set.paradigms()).map((sentence) =>
    Int32Array.from([clsId, ...tokenizer.encode(sentence).slice(0, room), sepId]),
  );
}

/**
 * Accuracies of unigrams and bigrams, row by row as `accuraciesOf` has them: read from the cache, or made and written
 * there.
 *
 * @param sequences as `encodePairs` made them
 */
export function pairBaselines(
  set: PairSet,
  sequences: readonly Int32Array[],
  data: PreparedData,
  cacheFolder: string,
): PairBaselines[] {
  const content = JSON.stringify([baselinesVersion, set.name, set.version, data.hash, data.vocabulary.hash]);
  const path = join(cacheFolder, `pair-baselines-${sha256(content).slice(0, 16)}.json`);
  return readOrMake(path, () => baselinesOf(set, sequences, data));
}

function baselinesOf(
  set: PairSet,
  sequences: readonly Int32Array[],
  { train, vocabulary }: PreparedData,
): PairBaselines[] {
  const { unigram, bigram } = scoreByFrequencies(sequences, train, maskingVocabulary(vocabulary));
  const byBigrams = accuraciesOf(set.paradigms(), bigram);
  return accuraciesOf(set.paradigms(), unigram).map(({ accuracy }, i) => ({
    unigramAccuracy: accuracy,
    bigramAccuracy: byBigrams[i]!.accuracy,
  }));
}
