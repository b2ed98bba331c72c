/**
 * Fine-tunes one pre-trained encoder on one task, as often as there are seeds. BERT and ELECTRA encoders go through
 * the same code; scoring is elsewhere.
 *
 * @source ELECTRA Table 7; google-research/electra, finetune/
 */
import { TrainingError } from '../../base/errors.ts';
import { RandomStream } from '../../base/random.ts';
import type { FinetuneConfig } from '../../config/schema.ts';
import type { WordPieceTokenizer } from '../../data/vocabulary/wordpiece.ts';
import type { Engine, HostArray } from '../../engine/program.ts';
import { classifierPlan, featureCount, type Reading } from '../../model/classifier.ts';
import type { NetworkPlan } from '../../model/network.ts';
import { fillNoise } from '../../objectives/batch-source.ts';
import { createAdamW } from '../../optim/adamw.ts';
import { optimiserGroups } from '../../optim/optimiser.ts';
import {
  createParameterStore,
  initialiseParameters,
  type ParameterStore,
  stepMemory,
  weightMemory,
  weightOf,
} from '../../optim/parameter-store.ts';
import { learningRateAt } from '../../optim/schedule.ts';
import { type EncodedExamples, encodeExamples } from '../batching/encoded-examples.ts';
import { type Batch, batchesByLength, shuffledBatches } from '../batching/length-buckets.ts';
import { fillBatch, type ProgramsByLength, programsByLength } from '../batching/programs-by-length.ts';
import type { Task, TaskExample } from '../tasks/task.ts';
import { classifierProgram, classifierStepProgram, featuresProgram } from './classifier-programs.ts';
import { fitHead, type Head } from './head-fit.ts';
import type { Classifier } from './kept-classifier.ts';
import { adam, epochsOf, rateScale, readingOf, trainingExamples } from './recipe.ts';

export interface FinetunerOptions {
  task: Task;
  /** The task's training examples. */
  train: readonly TaskExample[];
  config: FinetuneConfig;
  /** The pre-trained network and its weights. */
  pretrained: { plan: NetworkPlan; store: ParameterStore };
  tokenizer: WordPieceTokenizer;
  engine: Engine;
}

export interface FinetuneSeedOptions {
  /** Fine-tuning seed: the head's weights, the order of examples, dropout. */
  seed: number;
  /** Called after each step. */
  onStep?(step: number, total: number, loss: number): void;
  /** Asks for a stop after the step. */
  signal: AbortSignal;
}

export interface Finetuner {
  /** Trains anew from the pre-trained weights; after an abort the weights are half-trained. */
  train(options: FinetuneSeedOptions): Promise<void>;
  /** What the last trained weights answer: [n], class ids, or numbers in the task's range. */
  predict(examples: readonly TaskExample[]): Promise<Float64Array>;
  /**
   * What the head answers that was fitted on the frozen encoder: where `finetune.headFirst` begins. Not while training;
   * the weights are then those of no training.
   */
  predictHeadOnly(examples: readonly TaskExample[]): Promise<Float64Array>;
  /** The last trained weights; the next training changes them. */
  classifier: Classifier;
  /** Tokens that one epoch reads, padding not counted. */
  tokensPerEpoch: number;
  dispose(): Promise<void>;
}

/** Lays out the model of one task; programs are compiled when a batch needs them, and serve all seeds. */
export function createFinetuner(options: FinetunerOptions): Finetuner {
  const model = createModel(options);
  const { task, tokenizer } = options;
  const examples = encodeExamples(
    trainingExamples(task, options.train, options.config),
    tokenizer,
    model.limit,
  );
  const { plan, store, reading, limit } = model;
  let head: Promise<Head> | undefined; // the same for all seeds
  const fittedHead = () => {
    head ??= fitFrozen(options, model, examples);
    return head;
  };
  const answer = (dev: readonly TaskExample[]) =>
    predict(options, model, encodeExamples(dev, tokenizer, model.limit));
  return {
    classifier: { plan, store, reading, maxLength: limit },
    tokensPerEpoch: examples.tokenIds.length,
    async train(seedOptions) {
      resetWeights(model, options, seedOptions.seed);
      if (options.config.headFirst) setHead(model, await fittedHead());
      await trainModel(options, model, examples, seedOptions);
    },
    predict: answer,
    async predictHeadOnly(dev) {
      resetWeights(model, options, 0);
      setHead(model, await fittedHead());
      return answer(dev);
    },
    async dispose() {
      await model.steps.dispose();
      await model.answers.dispose();
    },
  };
}

interface Model {
  plan: NetworkPlan;
  store: ParameterStore;
  reading: Reading;
  /** Longest sequence. */
  limit: number;
  /** Lowest target and the width of the range that is mapped to [0, 1]; classes have none. */
  range: readonly [low: number, width: number];
  steps: ProgramsByLength;
  answers: ProgramsByLength;
}

function createModel({ task, train, config, pretrained, engine }: FinetunerOptions): Model {
  const { batchSize: B, dropout, attentionDropout } = config;
  const sizes = { ...pretrained.plan.sizes, dropout, attentionDropout };
  const reading = readingOf(config, train);
  const plan = classifierPlan({ ...pretrained.plan, sizes }, Math.max(1, task.labels.length), reading);
  const classifier = { plan, reading };
  const store = createParameterStore([plan]);
  const memory = stepMemory(store);
  const target = task.labels.length > 0 ? 'class' : 'number';
  const [low, high] = task.range ?? [0, 1];
  return {
    ...{ ...classifier, store, range: [low, high - low] },
    limit: sizes.positions === 'absolute' ? Math.min(task.maxLength, sizes.maxPositions) : task.maxLength,
    steps: programsByLength(
      engine,
      (L) => classifierStepProgram(classifier, B, L, { dropout, target }),
      memory,
    ),
    answers: programsByLength(engine, (L) => classifierProgram(classifier, B, L), weightMemory(store)),
  };
}

/** A fresh head on the pre-trained encoder, every weight of which must be there, and no moments yet. */
function resetWeights({ plan, store }: Model, { pretrained }: FinetunerOptions, seed: number): void {
  initialiseParameters(store, seed, new Uint32Array(0));
  store.moments.first.fill(0);
  store.moments.second.fill(0);
  for (const { name } of plan.parameters.filter(({ depth }) => depth <= plan.sizes.layers)) {
    store.value(`${plan.name}/${name}`).set(weightOf(pretrained.store, pretrained.plan, name));
  }
}

/** What the frozen encoder's features give. The weights must be as they were reset. */
async function fitFrozen(
  { task, config, engine }: FinetunerOptions,
  model: Model,
  examples: EncodedExamples,
): Promise<Head> {
  const { store, range, limit } = model;
  const programs = programsByLength(
    engine,
    (L) => featuresProgram(model, config.batchSize, L),
    weightMemory(store),
  );
  const width = featureCount(model.plan.sizes, model.reading);
  const features = new Float32Array(examples.count * width); // [n, F]
  try {
    for (const batch of batchesByLength(examples, config.batchSize, limit)) {
      const program = await programs.at(batch.length);
      fillBatch(examples, batch, program.inputs);
      await program.run();
      for (const [b, row] of batch.rows.entries()) {
        const read = program.outputs.features!.subarray(b * width, (b + 1) * width); // [F]
        features.set(read, row * width);
      }
    }
  } finally {
    await programs.dispose();
  }
  const labels = examples.labels.map((label) => (label - range[0]) / range[1]);
  return fitHead(engine, { features, labels }, { width, classes: task.labels.length });
}

function setHead({ plan, store }: Model, { weights, bias }: Head): void {
  store.value(`${plan.name}/classifier.weights`).set(weights);
  store.value(`${plan.name}/classifier.bias`).set(bias);
}

async function trainModel(
  options: FinetunerOptions,
  model: Model,
  examples: EncodedExamples,
  { seed, onStep, signal }: FinetuneSeedOptions,
): Promise<void> {
  const { config, task } = options;
  const { store, limit, range } = model;
  const { batchSize, learningRate, warmupFraction } = config;
  const optimiser = createOptimiser(model, config);
  const stepsPerEpoch = Math.ceil(examples.count / batchSize);
  const total = stepsPerEpoch * epochsOf(task, config);
  const warmupSteps = Math.round(warmupFraction * total);
  const random = new RandomStream(seed, 'finetune', task.name);
  let batches: Batch[] = [];
  for (let step = 0; step < total && !signal.aborted; step++) {
    const [epoch, stepInEpoch] = [Math.floor(step / stepsPerEpoch), step % stepsPerEpoch];
    if (stepInEpoch === 0) {
      batches = shuffledBatches(examples, batchSize, limit, random.split('order', epoch));
    }
    const batch = batches[stepInEpoch]!;
    const program = await model.steps.at(batch.length);
    fillBatch(examples, batch, program.inputs, (label) => (label - range[0]) / range[1]);
    fillNoise(program.noise, program.inputs, random.split('noise', step));
    await program.run();
    const rate = learningRateAt(step, step / total, learningRate, warmupSteps);
    const { total: norm } = optimiser.update(store.values, store.gradients, rate, step + 1);
    if (!Number.isFinite(norm)) failOnStep(task, step);
    onStep?.(step + 1, total, program.outputs.loss![0]!);
  }
}

function createOptimiser({ plan, store }: Model, config: FinetuneConfig) {
  const { layers } = plan.sizes;
  const groups = optimiserGroups(store.parameters, ({ spec }) => rateScale(spec.depth, layers, config));
  return createAdamW(store.moments, groups, {
    ...adam,
    weightDecay: config.weightDecay,
  });
}

function failOnStep({ name }: Task, step: number): never {
  const remedy = 'try a lower finetune.learningRate';
  throw new TrainingError(`${name}: expected finite gradients, got others at step ${step + 1}; ${remedy}`);
}

async function predict(
  { config, task }: FinetunerOptions,
  { answers, limit, range }: Model,
  examples: EncodedExamples,
): Promise<Float64Array> {
  const predicted = new Float64Array(examples.count);
  const K = Math.max(1, task.labels.length);
  for (const batch of batchesByLength(examples, config.batchSize, limit)) {
    const program = await answers.at(batch.length);
    fillBatch(examples, batch, program.inputs);
    await program.run();
    const logits = program.outputs.logits!; // [B, K]
    for (const [b, row] of batch.rows.entries()) {
      const isNumber = task.labels.length === 0;
      predicted[row] = isNumber ? range[0] + range[1] * logits[b]! : indexOfLargest(logits, b * K, K);
    }
  }
  return predicted;
}

function indexOfLargest(values: HostArray, start: number, count: number): number {
  let best = 0;
  for (let i = 1; i < count; i++) if (values[start + i]! > values[start + best]!) best = i;
  return best;
}
