/**
 * Fine-tunes one pre-trained encoder on one task and scores it on the task's dev examples. BERT and ELECTRA
 * encoders go through the same code.
 *
 * @source ELECTRA Table 7; google-research/electra, finetune/
 */
import { TrainingError } from '../base/errors.ts';
import { RandomStream } from '../base/random.ts';
import type { FinetuneConfig } from '../config/schema.ts';
import type { WordPieceTokenizer } from '../data/wordpiece.ts';
import type { CompiledProgram, Engine, HostArray } from '../engine/program.ts';
import { scoreAccuracy } from '../metrics/classification.ts';
import { classifierPlan } from '../model/classifier.ts';
import { type NetworkPlan, weightKey } from '../model/network.ts';
import { fillNoise } from '../objectives/batch-source.ts';
import { createAdamW, createMoments, optimiserGroups } from '../optim/adamw.ts';
import {
  createParameterStore,
  initialiseParameters,
  type ParameterStore,
  underPrefix,
  viewsOf,
} from '../optim/parameter-store.ts';
import { learningRateAt } from '../optim/schedule.ts';
import { classifierProgram, classifierStepProgram } from './classifier-programs.ts';
import { type EncodedExamples, encodeExamples } from './encoded-examples.ts';
import type { Task } from './task.ts';

export interface FinetuneOptions {
  task: Task;
  config: FinetuneConfig;
  /** The pre-trained network and its weights. */
  pretrained: { plan: NetworkPlan; store: ParameterStore };
  tokenizer: WordPieceTokenizer;
  engine: Engine;
  /** Fine-tuning seed: the head's weights, the order of examples, dropout. */
  seed: number;
  /** Called after each step. */
  onStep?(step: number, total: number, loss: number): void;
  signal: AbortSignal;
}

export interface FinetuneScore {
  metric: string;
  score: number;
  /** What always answering the commonest training label scores. */
  majorityScore: number;
  seconds: number;
}

/** Adam as in pre-training; Table 7 names no other. */
const adam = { beta1: 0.9, beta2: 0.999, epsilon: 1e-6, clipNorm: 1, biasCorrection: false };

export async function finetune(options: FinetuneOptions): Promise<FinetuneScore> {
  const { task, tokenizer, pretrained } = options;
  const startedAt = performance.now();
  const limit = longestSequence(task, pretrained.plan);
  const { train, dev: parts } = task.load({});
  const dev = Object.values(parts)[0]!;
  const model = createModel(options);
  await trainModel(options, model, encodeExamples(train, tokenizer, limit));
  const devExamples = encodeExamples(dev, tokenizer, limit);
  const predicted = await predict(options, model, devExamples);
  const commonest = commonestLabel(train.map(({ label }) => label));
  return {
    metric: 'accuracy',
    score: scoreAccuracy(predicted, devExamples.labels),
    majorityScore: scoreAccuracy(new Int32Array(dev.length).fill(commonest), devExamples.labels),
    seconds: (performance.now() - startedAt) / 1000,
  };
}

interface Model {
  plan: NetworkPlan;
  store: ParameterStore;
}

function longestSequence(task: Task, { sizes }: NetworkPlan): number {
  return sizes.positions === 'absolute' ? Math.min(task.maxLength, sizes.maxPositions) : task.maxLength;
}

/** A fresh head on the pre-trained encoder, every weight of which must be there. */
function createModel({ task, config, pretrained, seed }: FinetuneOptions): Model {
  const { dropout, attentionDropout } = config;
  const sizes = { ...pretrained.plan.sizes, dropout, attentionDropout };
  const plan = classifierPlan({ ...pretrained.plan, sizes }, task.labels.length);
  const store = createParameterStore([plan]);
  initialiseParameters(store, seed, new Uint32Array(0));
  for (const { name } of plan.parameters.filter(({ depth }) => depth <= sizes.layers)) {
    store.value(`${plan.name}/${name}`).set(pretrained.store.value(weightKey(pretrained.plan, name)));
  }
  return { plan, store };
}

async function trainModel(options: FinetuneOptions, model: Model, examples: EncodedExamples): Promise<void> {
  const { config, engine, seed, onStep, signal } = options;
  const { batchSize: B, epochs, learningRate, warmupFraction, dropout } = config;
  const gradients = new Float32Array(model.store.values.length);
  const memory = {
    ...weightMemory(model),
    ...underPrefix('gradients', viewsOf(gradients, model.store.parameters)),
  };
  const program = await engine.compile(
    classifierStepProgram(model.plan, B, examples.length, dropout),
    memory,
  );
  const optimiser = createAdamW(createMoments(model.store.values.length), layerGroups(model, config), {
    ...adam,
    ...config,
  });
  const stepsPerEpoch = Math.ceil(examples.count / B);
  const total = stepsPerEpoch * epochs;
  const warmupSteps = Math.round(warmupFraction * total);
  for (let step = 0; step < total && !signal.aborted; step++) {
    const random = new RandomStream(seed, 'finetune', options.task.name);
    const order = shuffledOrder(examples.count, random.split('order', Math.floor(step / stepsPerEpoch)));
    const start = (step % stepsPerEpoch) * B;
    fillBatch(examples, order.subarray(start, start + B), program.inputs);
    fillNoise(program.noise, program.inputs, random.split('noise', step));
    await program.run();
    const rate = learningRateAt(step, learningRate, warmupSteps, total);
    const norm = optimiser.update(model.store.values, gradients, rate, step + 1);
    if (!Number.isFinite(norm)) failOnStep(options, step);
    onStep?.(step + 1, total, program.outputs.loss![0]!);
  }
  await program.dispose();
}

function failOnStep({ task }: FinetuneOptions, step: number): never {
  const remedy = 'try a lower finetune.learningRate';
  throw new TrainingError(
    `${task.name}: expected finite gradients, got others at step ${step + 1}; ${remedy}`,
  );
}

/** Layer-wise learning rates: the head's × decay^(distance from the head). @source ELECTRA Table 7 */
function layerGroups({ plan, store }: Model, { layerDecay }: FinetuneConfig) {
  const top = plan.sizes.layers + 1;
  return optimiserGroups(store.parameters, ({ spec }) => layerDecay ** (top - spec.depth));
}

async function predict(
  { config, engine }: FinetuneOptions,
  model: Model,
  examples: EncodedExamples,
): Promise<Int32Array> {
  const B = config.batchSize;
  const program = await engine.compile(
    classifierProgram(model.plan, B, examples.length),
    weightMemory(model),
  );
  const predicted = new Int32Array(examples.count);
  const all = Int32Array.from({ length: examples.count }, (_, i) => i);
  for (let start = 0; start < examples.count; start += B) {
    const rows = all.subarray(start, start + B);
    fillBatch(examples, rows, program.inputs);
    await program.run();
    const classes = program.outputs.logits!.length / B;
    for (const [b, row] of rows.entries())
      predicted[row] = indexOfLargest(program.outputs.logits!, b * classes, classes);
  }
  await program.dispose();
  return predicted;
}

/** Copies examples into a batch; places beyond the last example repeat the first and weigh nothing. */
function fillBatch(examples: EncodedExamples, rows: Int32Array, inputs: CompiledProgram['inputs']): void {
  const L = examples.length;
  const { tokenIds, segmentIds, attentionMask, labels, exampleWeights } = inputs as Record<string, HostArray>;
  const B = tokenIds!.length / L;
  for (let b = 0; b < B; b++) {
    const row = rows[b] ?? rows[0]!;
    tokenIds!.set(examples.tokenIds.subarray(row * L, (row + 1) * L), b * L);
    segmentIds!.set(examples.segmentIds.subarray(row * L, (row + 1) * L), b * L);
    attentionMask!.fill(0, b * L, (b + 1) * L).fill(1, b * L, b * L + examples.lengths[row]!);
    labels?.fill(examples.labels[row]!, b, b + 1);
    exampleWeights?.fill(b < rows.length ? 1 : 0, b, b + 1);
  }
}

function weightMemory({ store }: Model): Record<string, HostArray> {
  return underPrefix('weights', viewsOf(store.values, store.parameters));
}

function shuffledOrder(count: number, random: RandomStream): Int32Array {
  return random.shuffle(Int32Array.from({ length: count }, (_, i) => i));
}

function commonestLabel(labels: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return [...counts].reduce((best, entry) => (entry[1] > best[1] ? entry : best))[0];
}

function indexOfLargest(values: HostArray, start: number, count: number): number {
  let best = 0;
  for (let i = 1; i < count; i++) if (values[start + i]! > values[start + best]!) best = i;
  return best;
}
