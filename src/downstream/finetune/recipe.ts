/** How fine-tuning is done: epochs, layer-wise rates, pairs in both orders, and where the head reads. */
import type { FinetuneConfig } from '../../config/schema.ts';
import type { Reading } from '../../model/classifier.ts';
import type { Task, TaskExample } from '../tasks/task.ts';

/** Adam as in pre-training; Table 7 names no other. */
export const adam = { beta1: 0.9, beta2: 0.999, epsilon: 1e-6, clipNorm: 1, biasCorrection: false };

/** @source ELECTRA Table 7 (10 epochs for RTE and STS, 3 elsewhere) */
export function epochsOf({ epochs }: Task, config: FinetuneConfig): number {
  return config.taskEpochs && epochs !== undefined ? epochs : config.epochs;
}

/**
 * What a weight's learning rate is multiplied with: decay^(distance from the head), 1 for the head.
 *
 * @param depth 0 embeddings, i + 1 layer i, layers + 1 the head
 * @source ELECTRA Table 7; google-research/electra, model/optimization.py (_get_layer_lrs) counts a pooler
 *   between the last layer and the head, which the model does not have
 */
export function rateScale(
  depth: number,
  layers: number,
  { layerDecay, decayCountsPooler }: FinetuneConfig,
): number {
  const distance = layers + 1 - depth;
  return layerDecay ** (distance > 0 && decayCountsPooler ? distance + 1 : distance);
}

/**
 * The training examples, those of a task whose pairs have no order also the other way round where asked for.
 *
 * @source google-research/electra, finetune/classification/classification_tasks.py (MRPC, STS: double_unordered)
 */
export function trainingExamples(
  { isUnordered = false }: Task,
  examples: readonly TaskExample[],
  { doubleUnordered }: FinetuneConfig,
): readonly TaskExample[] {
  return isUnordered && doubleUnordered ? [...examples, ...examples.map(inOtherOrder)] : examples;
}

function inOtherOrder(example: TaskExample): TaskExample {
  return { ...example, first: example.second!, second: example.first };
}

/** What the head reads; at a task's word wherever there is one. */
export function readingOf({ read }: FinetuneConfig, examples: readonly TaskExample[]): Reading {
  if (examples.some(({ word }) => word !== undefined)) return 'word';
  if (read === 'first-token') return read;
  return examples.some(({ second }) => second !== undefined) ? 'pair-means' : 'mean';
}
