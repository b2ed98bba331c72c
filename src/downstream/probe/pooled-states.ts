/**
 * What a frozen encoder says of texts: the hidden states of every layer, averaged over the word in question or over the
 * whole text. Evaluation mode, unmasked text, special tokens left out.
 */
import type { WordPieceTokenizer } from '../../data/vocabulary/wordpiece.ts';
import type { CompiledProgram, Engine, HostArray, Program } from '../../engine/program.ts';
import { tf } from '../../engine/tensors.ts';
import { type EncoderInput, encodeLayers } from '../../model/encoder.ts';
import { sequenceInputs } from '../../model/inference-program.ts';
import type { NetworkName, NetworkPlan } from '../../model/network.ts';
import { networksFrom, weightInputs } from '../../model/program-weights.ts';
import { type ParameterStore, weightMemory } from '../../optim/parameter-store.ts';
import { type EncodedExamples, encodeExamples, lengthOf } from '../batching/encoded-examples.ts';
import { type Batch, batchesByLength } from '../batching/length-buckets.ts';
import { fillBatch, type ProgramsByLength, programsByLength } from '../batching/programs-by-length.ts';
import type { TaskExample } from '../tasks/task.ts';

/** One row of numbers per example, layer by layer. */
export interface Features {
  count: number;
  /** D of one layer, 4 · D for pairs. */
  width: number;
  /** By layer, the embeddings first: [count, width]. */
  layers: Float32Array[];
}

export interface StateReader {
  read(examples: readonly TaskExample[], maxLength: number): Promise<Features>;
  dispose(): Promise<void>;
}

const batchSize = 32;

/** @param store the weights that are read; they are not changed */
export function createStateReader(
  engine: Engine,
  plans: readonly NetworkPlan[],
  encoder: NetworkName,
  store: ParameterStore,
  tokenizer: WordPieceTokenizer,
): StateReader {
  const { sizes } = plans.find(({ name }) => name === encoder)!;
  const limitOf = (length: number) =>
    sizes.positions === 'absolute' ? Math.min(length, sizes.maxPositions) : length;
  const programOf = (L: number) => pooledStatesProgram(plans, encoder, batchSize, L);
  const programs = programsByLength(engine, programOf, weightMemory(store));
  const single = (examples: readonly TaskExample[], maxLength: number) =>
    readTexts(programs, encodeExamples(examples, tokenizer, limitOf(maxLength)), limitOf(maxLength), sizes);
  return {
    async read(examples, maxLength) {
      if (examples[0]?.second === undefined) return single(examples, maxLength);
      const sides = [examples.map(({ first }) => first), examples.map(({ second }) => second!)];
      const [u, v] = await inTurn(sides, (texts) => single(texts.map(asExample), maxLength));
      return joinPair(u!, v!);
    },
    dispose: () => programs.dispose(),
  };
}

const asExample = (first: string): TaskExample => ({ first, label: 0 });

async function inTurn<In, Out>(items: readonly In[], each: (item: In) => Promise<Out>): Promise<Out[]> {
  const results: Out[] = [];
  for (const item of items) results.push(await each(item));
  return results;
}

/** Inputs: a batch, `pool` [B, L] (rows that add up to 1), the weights. Outputs: `layer0` … [B, D]. */
function pooledStatesProgram(
  plans: readonly NetworkPlan[],
  name: NetworkName,
  B: number,
  L: number,
): Program {
  const { sizes } = plans.find((plan) => plan.name === name)!;
  return {
    name: 'pooled-states',
    inputs: {
      ...sequenceInputs(B, L),
      pool: { shape: [B, L], dtype: 'float32' },
      ...weightInputs(plans),
    },
    compute(inputs, noise) {
      const network = networksFrom(plans, (key) => inputs[`weights/${key}`]!, noise, false)(name);
      const pool = tf.reshape(inputs.pool!, [B, 1, L]);
      const states = encodeLayers(inputs as unknown as EncoderInput, network.weights, network); // [T, D] each
      const pooled = states.map((hidden, layer) => {
        const mean = tf.matMul(pool, tf.reshape(hidden, [B, L, sizes.hidden])); // [B, 1, D]
        return [`layer${layer}`, tf.reshape(mean, [B, sizes.hidden])] as const;
      });
      return Object.fromEntries(pooled);
    },
  };
}

async function readTexts(
  programs: ProgramsByLength,
  examples: EncodedExamples,
  limit: number,
  { hidden: D, layers }: { hidden: number; layers: number },
): Promise<Features> {
  const read = Array.from({ length: layers + 1 }, () => new Float32Array(examples.count * D));
  for (const batch of batchesByLength(examples, batchSize, limit)) {
    const program = await programs.at(batch.length);
    fillBatch(examples, batch, program.inputs);
    fillPool(examples, batch, program.inputs.pool!);
    await program.run();
    for (const [layer, states] of read.entries()) copyRows(batch, program, layer, states, D);
  }
  return { count: examples.count, width: D, layers: read };
}

function copyRows(
  { rows }: Batch,
  { outputs }: CompiledProgram,
  layer: number,
  states: Float32Array,
  D: number,
): void {
  const pooled = outputs[`layer${layer}`]!; // [B, D]
  for (const [b, row] of rows.entries()) states.set(pooled.subarray(b * D, (b + 1) * D), row * D);
}

/** The mean over the word's pieces, or over a text's tokens without [CLS] and [SEP]; of an empty text, [CLS]. */
function fillPool(examples: EncodedExamples, { rows, length: L }: Batch, pool: HostArray): void {
  pool.fill(0);
  for (const [b, row] of rows.entries()) {
    const last = lengthOf(examples, row) - 1;
    const from = examples.words?.starts[row] ?? 1;
    const to = examples.words?.ends[row] ?? last;
    if (to > from) pool.fill(1 / (to - from), b * L + from, b * L + to);
    else pool[b * L] = 1;
  }
}

/** [u, v, |u − v|, u · v] of each layer. @source Conneau et al. 2017, InferSent */
function joinPair(u: Features, v: Features): Features {
  const { count, width: D } = u;
  const layers = u.layers.map((first, layer) => {
    const second = v.layers[layer]!;
    const joined = new Float32Array(count * 4 * D);
    for (let n = 0; n < count; n++) {
      for (let d = 0; d < D; d++) {
        const [a, b] = [first[n * D + d]!, second[n * D + d]!];
        const at = n * 4 * D + d;
        joined[at] = a;
        joined[at + D] = b;
        joined[at + 2 * D] = Math.abs(a - b);
        joined[at + 3 * D] = a * b;
      }
    }
    return joined;
  });
  return { count, width: 4 * D, layers };
}
