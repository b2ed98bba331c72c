/**
 * Dynamic masking on the host: which positions, and what the masked language model sees there.
 *
 * Positions are drawn without replacement. The reference code draws round(fraction · n) with replacement, so
 * that 13.8 % instead of 15 % are masked at length 128; `withReplacement` reproduces that.
 */
import type { RandomStream } from '../base/random.ts';
import type { MaskingStyle } from '../config/schema.ts';
import { maskedCount } from './batch.ts';

export interface MaskingOptions {
  fraction: number;
  style: MaskingStyle;
  withReplacement: boolean;
}

/** What masking must know of a vocabulary. */
export interface MaskingVocabulary {
  size: number;
  maskId: number;
  /** Ids that are never masked and never drawn as a random token: [CLS], [SEP], [PAD], [MASK]; [UNK] stands for a word. */
  isSpecial(id: number): boolean;
}

/** Host arrays of one batch that masking fills; all flat. */
export interface MaskedArrays {
  maskedTokenIds: Int32Array;
  maskedPositions: Int32Array;
  maskedWeights: Float32Array;
}

/** Shares of masked positions that show [MASK] and a random token; the rest show the original. */
const styles: Record<MaskingStyle, { mask: number; random: number }> = {
  'all-mask': { mask: 1, random: 0 },
  'bert-80-10-10': { mask: 0.8, random: 0.1 },
  'reference-85-15': { mask: 0.85, random: 0 },
};

/**
 * Masks ⌈fraction · n⌉ of each sequence's n tokens, or with replacement that many draws, of which some may be the same
 * (special tokens count in n, as in the reference code, but are never chosen).
 *
 * @param tokenIds [B · L]
 * @param lengths [B] tokens of each sequence that are not padding
 * @source ELECTRA §2; BERT's 80/10/10: Devlin et al. 2019 §3.1; 85/15: google-research/electra, pretrain_helpers.py
 */
export function maskBatch(
  tokenIds: Int32Array,
  lengths: Int32Array,
  arrays: MaskedArrays,
  vocabulary: MaskingVocabulary,
  options: MaskingOptions,
  random: RandomStream,
): void {
  const [B, L] = [lengths.length, tokenIds.length / lengths.length];
  const slots = arrays.maskedPositions.length / B;
  arrays.maskedTokenIds.set(tokenIds);
  for (let b = 0; b < B; b++) {
    const wanted = wantedCount(lengths[b]!, options);
    const positions = choosePositions(tokenIds, b * L, lengths[b]!, wanted, vocabulary, options, random);
    for (let slot = 0; slot < slots; slot++) {
      const position = positions[slot];
      arrays.maskedPositions[b * slots + slot] = position ?? b * L;
      arrays.maskedWeights[b * slots + slot] = position === undefined ? 0 : 1;
      if (position !== undefined) {
        arrays.maskedTokenIds[position] = shownToken(tokenIds[position]!, vocabulary, options, random);
      }
    }
  }
}

function wantedCount(length: number, { fraction, withReplacement }: MaskingOptions): number {
  return withReplacement ? Math.max(1, Math.round(fraction * length)) : maskedCount(length, fraction);
}

function choosePositions(
  tokenIds: Int32Array,
  start: number,
  length: number,
  wanted: number,
  vocabulary: MaskingVocabulary,
  { withReplacement }: MaskingOptions,
  random: RandomStream,
): number[] {
  const candidates: number[] = [];
  for (let at = start; at < start + length; at++)
    if (!vocabulary.isSpecial(tokenIds[at]!)) candidates.push(at);
  if (!withReplacement) return chooseDistinct(candidates, wanted, random);
  const drawn = Array.from({ length: wanted }, () => candidates[random.integer(candidates.length)]!);
  return [...new Set(candidates.length === 0 ? [] : drawn)];
}

/** The first steps of a Fisher-Yates shuffle. */
function chooseDistinct(candidates: number[], wanted: number, random: RandomStream): number[] {
  const count = Math.min(wanted, candidates.length);
  for (let i = 0; i < count; i++) {
    const j = i + random.integer(candidates.length - i);
    [candidates[i], candidates[j]] = [candidates[j]!, candidates[i]!];
  }
  return candidates.slice(0, count);
}

function shownToken(
  original: number,
  vocabulary: MaskingVocabulary,
  { style }: MaskingOptions,
  random: RandomStream,
): number {
  const { mask, random: randomShare } = styles[style];
  const draw = random.uniform();
  if (draw < mask) return vocabulary.maskId;
  return draw < mask + randomShare ? randomToken(vocabulary, random) : original;
}

function randomToken(vocabulary: MaskingVocabulary, random: RandomStream): number {
  for (;;) {
    const id = random.integer(vocabulary.size);
    if (!vocabulary.isSpecial(id)) return id;
  }
}
