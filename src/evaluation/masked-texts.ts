/** Which places of a text are masked: those that it marks with [MASK], or a share that a seed draws. */
import { ConfigError, explain } from '../base/errors.ts';
import type { RandomStream } from '../base/random.ts';
import type { Vocabulary } from '../data/vocabulary/vocabulary.ts';
import type { WordPieceTokenizer } from '../data/vocabulary/wordpiece.ts';
import { maskedCount } from '../objectives/batch.ts';
import { maskingVocabulary } from '../objectives/batch-source.ts';
import { maskBatch } from '../objectives/masking.ts';
import { evaluationMasking } from './evaluation-batches.ts';
import type { MaskedText } from './text-predictions.ts';

const mark = '[MASK]';

/**
 * @param text in which [MASK] stands for what is asked; without any, places are drawn
 * @param sequenceLength tokens that the networks read at most, [CLS] and [SEP] counted
 * @throws {ConfigError} if the text has no token, or too many
 */
export function maskedTextOf(
  text: string,
  tokenizer: WordPieceTokenizer,
  sequenceLength: number,
  random: RandomStream,
): MaskedText {
  const { vocabulary } = tokenizer;
  const { clsId, sepId, maskId } = vocabulary;
  const parts = text.split(mark).map((part) => tokenizer.encode(part));
  const ids = parts.flatMap((part, i) => (i === 0 ? part : [maskId, ...part]));
  if (ids.length === 0) throw new ConfigError(explain('--text', 'a text with a word', text));
  if (ids.length > sequenceLength - 2) {
    const rule = `at most ${sequenceLength - 2} tokens, as the run's data.sequenceLength has`;
    throw new ConfigError(explain('--text', rule, ids.length, 'shorten the text'));
  }
  const tokenIds = Int32Array.of(clsId, ...ids, sepId);
  const marked = [...tokenIds.keys()].filter((at) => tokenIds[at] === maskId);
  return marked.length > 0 ? { tokenIds, positions: marked } : withDrawnPlaces(tokenIds, vocabulary, random);
}

/** As many places as an evaluation masks. @param tokenIds [L] of [CLS] … [SEP] */
export function withDrawnPlaces(
  tokenIds: Int32Array,
  vocabulary: Vocabulary,
  random: RandomStream,
): MaskedText {
  const L = tokenIds.length;
  const N = maskedCount(L, evaluationMasking.fraction);
  const arrays = {
    maskedTokenIds: new Int32Array(L),
    maskedPositions: new Int32Array(N),
    maskedWeights: new Float32Array(N),
  };
  const lengths = Int32Array.of(L);
  maskBatch(tokenIds, lengths, arrays, maskingVocabulary(vocabulary), evaluationMasking, random);
  const positions = [...arrays.maskedPositions].filter((_, n) => arrays.maskedWeights[n]);
  return { tokenIds, positions: positions.sort((a, b) => a - b) };
}
