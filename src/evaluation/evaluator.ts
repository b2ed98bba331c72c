/**
 * Measures a model on held-out text, with masks, samples and a common corruption that are the same for every
 * arm and every time.
 */
import type { PreparedData } from '../data/preparation/prepared.ts';
import type { CompiledProgram, Engine, HostArray } from '../engine/program.ts';
import { type BinaryMetrics, scoreBinary } from '../metrics/binary.ts';
import { scoreByFrequency } from '../metrics/frequency-classifier.ts';
import type { NetworkPlan } from '../model/network.ts';
import { type BatchShape, batchShape } from '../objectives/batch.ts';
import { countTokens } from '../objectives/batch-source.ts';
import type { Regime } from '../regimes/regime.ts';
import { batchCount, corruptBatches, evaluationMasking, fillEvaluationBatch } from './evaluation-batches.ts';
import { evaluationProgram } from './evaluation-program.ts';
import type { Metric } from './metric.ts';

export interface Evaluator {
  /** Reads the weights that were bound, as they are now. */
  evaluate(): Promise<Metric[]>;
  dispose(): Promise<void>;
}

export interface EvaluationSubject {
  regime: Regime;
  plans: readonly NetworkPlan[];
  data: PreparedData;
  engine: Engine;
  /** `weights/<key>` arrays */
  memory: Record<string, HostArray>;
  examples: number;
  batchSize: number;
}

export async function createEvaluator(subject: EvaluationSubject): Promise<Evaluator> {
  const { regime, plans, data, engine, memory } = subject;
  const examples = Math.min(subject.examples, data.heldOut.count);
  const B = Math.min(subject.batchSize, examples);
  const shape = batchShape(B, data.heldOut.sequenceLength, evaluationMasking.fraction);
  const text = { data, examples, shape };
  const program = await engine.compile(evaluationProgram(regime, plans, shape), memory);
  const tokenCounts = countTokens(data.train, data.vocabulary);
  const corrupted = corruptBatches(text, program.inputs);
  return {
    async evaluate() {
      const tally = createTally(batchCount(text), shape, regime.detector !== undefined);
      for (let i = 0; i < batchCount(text); i++) {
        fillEvaluationBatch(i, text, corrupted, program.inputs);
        await program.run();
        tally.add(i, program);
      }
      return [...predictionMetrics(tally, tokenCounts), ...detectionMetrics(tally, tokenCounts)];
    },
    dispose: () => program.dispose(),
  };
}

/** What evaluation keeps of all its batches: one array per quantity, [batches · N] or [batches · T]. */
interface Tally {
  masked: { targets: Int32Array; used: Float32Array } & Record<'bestIds' | 'sampledIds', Int32Array> &
    Record<'targetLogProbs' | 'entropies', Float32Array>;
  detected: Record<'own' | 'common', Detection> | undefined;
  add(index: number, program: CompiledProgram): void;
}

interface Detection {
  tokenIds: Int32Array;
  logits: Float32Array;
  isReplaced: Uint8Array;
  /** The example that a token belongs to. */
  groups: Int32Array;
  mask: Float32Array;
  /** 1 at the positions that were masked. */
  maskedMask: Float32Array;
}

function createTally(batches: number, { B, L, N }: BatchShape, hasDetector: boolean): Tally {
  const [n, t] = [batches * N, batches * B * L];
  const masked = {
    targets: new Int32Array(n),
    used: new Float32Array(n),
    bestIds: new Int32Array(n),
    sampledIds: new Int32Array(n),
    targetLogProbs: new Float32Array(n),
    entropies: new Float32Array(n),
  };
  const groups = Int32Array.from({ length: t }, (_, i) => Math.floor(i / L));
  const [mask, maskedMask] = [new Float32Array(t), new Float32Array(t)];
  const empty = (): Detection => ({
    tokenIds: new Int32Array(t),
    logits: new Float32Array(t),
    isReplaced: new Uint8Array(t),
    ...{ groups, mask, maskedMask },
  });
  const detected = hasDetector ? { own: empty(), common: empty() } : undefined;

  function add(index: number, { inputs, outputs }: CompiledProgram): void {
    for (const name of ['bestIds', 'sampledIds', 'targetLogProbs', 'entropies'] as const) {
      masked[name].set(outputs[name]!, index * N);
    }
    masked.used.set(inputs.maskedWeights!, index * N);
    const originals = inputs.tokenIds!;
    masked.targets.set(
      Int32Array.from(inputs.maskedPositions!, (at) => originals[at]!),
      index * N,
    );
    if (!detected) return;
    const at = index * B * L;
    mask.set(inputs.attentionMask!, at);
    inputs.maskedPositions!.forEach((position, n) => {
      if (inputs.maskedWeights![n]) maskedMask[at + position] = 1;
    });
    addDetection(detected.own, at, outputs.ownTokenIds!, outputs.ownLogits!, originals);
    addDetection(detected.common, at, inputs.commonTokenIds!, outputs.commonLogits!, originals);
  }
  return { masked, detected, add };
}

function addDetection(
  detection: Detection,
  at: number,
  tokenIds: HostArray,
  logits: HostArray,
  originals: HostArray,
): void {
  detection.tokenIds.set(tokenIds, at);
  detection.logits.set(logits, at);
  for (let i = 0; i < tokenIds.length; i++)
    detection.isReplaced[at + i] = tokenIds[i] === originals[i] ? 0 : 1;
}

function predictionMetrics({ masked }: Tally, tokenCounts: Uint32Array): Metric[] {
  const { targets, used } = masked;
  const commonest = tokenCounts.indexOf(tokenCounts.reduce((a, b) => Math.max(a, b)));
  let total = 0;
  const sums = { loss: 0, entropy: 0, best: 0, sampled: 0, commonest: 0 };
  for (let i = 0; i < targets.length; i++) {
    if (!used[i]) continue;
    total++;
    sums.loss -= masked.targetLogProbs[i]!;
    sums.entropy += masked.entropies[i]!;
    if (masked.bestIds[i] === targets[i]) sums.best++;
    if (masked.sampledIds[i] === targets[i]) sums.sampled++;
    if (targets[i] === commonest) sums.commonest++;
  }
  return [
    { name: 'mlm_loss', value: sums.loss / total },
    { name: 'mlm_accuracy', value: sums.best / total },
    { name: 'mlm_accuracy_sampled', value: sums.sampled / total },
    { name: 'mlm_accuracy_commonest', value: sums.commonest / total },
    { name: 'mlm_entropy', value: sums.entropy / total, samples: masked.entropies.filter((_, i) => used[i]) },
    { name: 'replaced_fraction', value: 1 - sums.sampled / total },
  ];
}

function detectionMetrics({ detected }: Tally, tokenCounts: Uint32Array): Metric[] {
  if (!detected) return [];
  return [
    ...binaryMetrics('rtd', detected.own, tokenCounts),
    ...binaryMetrics('rtd_common', detected.common, tokenCounts),
    ...maskedMetrics(detected.own, tokenCounts),
  ];
}

/** Among the masked positions only, of which the generator leaves some as they were. */
function maskedMetrics(detection: Detection, tokenCounts: Uint32Array): Metric[] {
  const { logits, isReplaced, maskedMask } = detection;
  const frequencies = scoreByFrequency({ ...detection, mask: maskedMask }, tokenCounts);
  return [
    { name: 'rtd_masked_auc', value: scoreBinary(logits, isReplaced, maskedMask).auc },
    { name: 'rtd_masked_frequency_auc', value: scoreBinary(frequencies, isReplaced, maskedMask).auc },
  ];
}

function binaryMetrics(prefix: string, detection: Detection, tokenCounts: Uint32Array): Metric[] {
  const { logits, isReplaced, mask } = detection;
  const scores = scoreBinary(logits, isReplaced, mask);
  const byFrequency = scoreBinary(scoreByFrequency(detection, tokenCounts), isReplaced, mask);
  const named: [string, BinaryMetrics[keyof BinaryMetrics]][] = [
    ['accuracy', scores.accuracy],
    ['majority_rate', scores.majorityRate],
    ['precision', scores.precision],
    ['recall', scores.recall],
    ['auc', scores.auc],
    ['frequency_auc', byFrequency.auc],
    ['collapsed', scores.hasCollapsed],
  ];
  const metrics = named.map(([name, value]) => ({
    name: `${prefix}_${name}`,
    value: value === undefined ? value : Number(value),
  }));
  return [{ name: `${prefix}_loss`, value: meanBinaryLoss(detection) }, ...metrics];
}

function meanBinaryLoss({ logits, isReplaced, mask }: Detection): number {
  let [sum, total] = [0, 0];
  for (let i = 0; i < logits.length; i++) {
    if (!mask[i]) continue;
    const z = isReplaced[i] ? -logits[i]! : logits[i]!;
    sum += Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
    total++;
  }
  return sum / total;
}
