/** What a run's networks say of a few sentences: the predictor at masked places, the detector of the text that results. */
import type { RandomStream } from '../base/random.ts';
import type { CompiledProgram, Engine, HostArray, Program } from '../engine/program.ts';
import { tf } from '../engine/tensors.ts';
import { detectReplaced, type NetworkPlan, predictTokens } from '../model/network.ts';
import { networksFrom, weightInputs } from '../model/network-programs.ts';
import { type Batch, type BatchShape, batchInputs, maskedInput, withTokens } from '../objectives/batch.ts';
import { corrupt, sampleTokens } from '../objectives/corruption.ts';
import type { Regime } from '../regimes/regime.ts';

/** A sentence with masked places. */
export interface MaskedText {
  /** [L] of [CLS] … [SEP]; [MASK] where nobody knows what stood there */
  tokenIds: Int32Array;
  /** Places that are masked, ascending, at least one. */
  positions: readonly number[];
}

export interface TextPrediction {
  /** One for each masked place, in their order. */
  places: PlacePrediction[];
  /** [L], the tokens with a sample in each masked place: what the detector reads. */
  writtenIds: Int32Array;
  /** [L], the probability that each token was replaced; absent without a detector. */
  replacedProbs?: Float64Array;
}

export interface PlacePrediction {
  position: number;
  /** The likeliest tokens, the likeliest first. */
  best: Guess[];
  /** Drawn from the whole distribution, at temperature 1. */
  sample: Guess;
}

interface Guess {
  id: number;
  /** In [0, 1]. */
  prob: number;
}

export interface PredictionSubject {
  regime: Regime;
  plans: readonly NetworkPlan[];
  engine: Engine;
  /** `weights/<key>` arrays */
  memory: Record<string, HostArray>;
  vocabulary: { padId: number; maskId: number };
}

/** How many guesses a place has. */
const guessCount = 5;

/**
 * Reads all texts in one batch, padded to the longest.
 *
 * @param random of the samples: equal streams and weights give equal samples
 * @returns in the order of `texts`
 */
export async function predictTexts(
  subject: PredictionSubject,
  texts: readonly MaskedText[],
  random: RandomStream,
): Promise<TextPrediction[]> {
  const { regime, plans, engine, memory } = subject;
  const shape = shapeOf(texts);
  const program = await engine.compile(textProgram(regime, plans, shape), memory);
  try {
    fillTexts(program.inputs, texts, shape, subject.vocabulary);
    for (let n = 0; n < shape.N; n++) program.inputs.uniform![n] = random.uniform();
    await program.run();
    return texts.map((text, b) => predictionOf(text, b, shape, program.outputs));
  } finally {
    await program.dispose();
  }
}

function shapeOf(texts: readonly MaskedText[]): BatchShape {
  const B = texts.length;
  const L = Math.max(...texts.map(({ tokenIds }) => tokenIds.length));
  return { B, L, N: B * Math.max(...texts.map(({ positions }) => positions.length)) };
}

/** Outputs: `probs` [N, V], `sampledIds` [N]; with a detector its `logits` [T]. */
function textProgram(regime: Regime, plans: readonly NetworkPlan[], shape: BatchShape): Program {
  return {
    name: 'text',
    inputs: {
      ...batchInputs(shape),
      ...weightInputs(plans),
      uniform: { shape: [shape.N], dtype: 'float32' },
    },
    compute(inputs, noise) {
      const batch = inputs as unknown as Batch;
      const network = networksFrom(plans, (key) => inputs[`weights/${key}`]!, noise, false);
      const predicted = predictTokens(network(regime.predictor), maskedInput(batch), batch.maskedPositions); // [N, V]
      const sampledIds = sampleTokens(predicted, inputs.uniform!); // [N]
      const said = { probs: tf.softmax(predicted), sampledIds };
      if (!regime.detector) return said;
      const written = withTokens(batch, corrupt(batch, sampledIds)); // [B, L]
      return { ...said, logits: detectReplaced(network(regime.detector), written) }; // [T]
    },
  };
}

function fillTexts(
  inputs: CompiledProgram['inputs'],
  texts: readonly MaskedText[],
  { B, L, N }: BatchShape,
  { padId, maskId }: PredictionSubject['vocabulary'],
): void {
  const { tokenIds, maskedTokenIds, segmentIds, attentionMask, maskedPositions, maskedWeights } =
    inputs as Record<keyof Batch, HostArray>;
  for (const array of [segmentIds, attentionMask, maskedWeights]) array.fill(0);
  for (const array of [tokenIds, maskedTokenIds]) array.fill(padId);
  for (const [b, text] of texts.entries()) {
    for (const array of [tokenIds, maskedTokenIds]) array.set(text.tokenIds, b * L);
    attentionMask.fill(1, b * L, b * L + text.tokenIds.length);
    // An unused slot points at [CLS].
    maskedPositions.fill(b * L, (b * N) / B, ((b + 1) * N) / B);
    for (const [slot, position] of text.positions.entries()) {
      maskedTokenIds[b * L + position] = maskId;
      maskedPositions[(b * N) / B + slot] = b * L + position;
      maskedWeights[(b * N) / B + slot] = 1;
    }
  }
}

function predictionOf(
  { tokenIds, positions }: MaskedText,
  b: number,
  { B, L, N }: BatchShape,
  { probs, sampledIds, logits }: CompiledProgram['outputs'],
): TextPrediction {
  const V = probs!.length / N;
  const writtenIds = tokenIds.slice();
  const places = positions.map((position, slot): PlacePrediction => {
    const n = (b * N) / B + slot;
    const row = (probs as Float32Array).subarray(n * V, (n + 1) * V);
    const id = sampledIds![n]!;
    writtenIds[position] = id;
    return { position, best: likeliest(row), sample: { id, prob: row[id]! } };
  });
  const own = logits?.subarray(b * L, b * L + tokenIds.length);
  return { places, writtenIds, ...(own && { replacedProbs: Float64Array.from(own, sigmoid) }) };
}

/** @param probs [V] */
function likeliest(probs: Float32Array): Guess[] {
  const ids = Array.from(probs, (_, id) => id).sort((a, b) => probs[b]! - probs[a]!);
  return ids.slice(0, guessCount).map((id) => ({ id, prob: probs[id]! }));
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
