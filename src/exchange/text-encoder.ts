/** What a trained encoder says of every token of a text: for programs that use the weights without training them. */
import type { WordPieceTokenizer } from '../data/vocabulary/wordpiece.ts';
import { type EncodedExamples, encodeExamples, lengthOf } from '../downstream/batching/encoded-examples.ts';
import { batchesByLength } from '../downstream/batching/length-buckets.ts';
import { fillBatch, programsByLength } from '../downstream/batching/programs-by-length.ts';
import type { Engine, Program } from '../engine/program.ts';
import { tf } from '../engine/tensors.ts';
import { type EncoderInput, encode } from '../model/encoder.ts';
import type { NetworkName, NetworkPlan } from '../model/network.ts';
import { networksFrom, sequenceInputs, weightInputs } from '../model/network-programs.ts';
import { type ParameterStore, weightMemory } from '../optim/parameter-store.ts';

/** One text, as the encoder has read it. */
export interface EncodedText {
  /** [CLS], the text's pieces, [SEP]. */
  tokens: string[];
  /** [tokens, width], the last layer's states, token by token. */
  states: Float32Array;
}

export interface TextEncoder {
  /** Of one token's state. */
  width: number;
  /** Longer texts are cut to this many tokens, [CLS] and [SEP] included. */
  maxLength: number;
  /** In the order of the texts. */
  encode(texts: readonly string[]): Promise<EncodedText[]>;
  dispose(): Promise<void>;
}

export interface EncoderParts {
  /** All of the run's: a network may read another one's weights. */
  plans: readonly NetworkPlan[];
  encoder: NetworkName;
  store: ParameterStore;
  tokenizer: WordPieceTokenizer;
  maxLength: number;
}

const batchSize = 8;

/** @param parts their weights are read and not changed */
export function createTextEncoder(engine: Engine, parts: EncoderParts): TextEncoder {
  const { plans, encoder, store, tokenizer, maxLength } = parts;
  const { hidden: width } = plans.find(({ name }) => name === encoder)!.sizes;
  const programOf = (L: number) => statesProgram(plans, encoder, batchSize, L);
  const programs = programsByLength(engine, programOf, weightMemory(store));
  return {
    width,
    maxLength,
    async encode(texts) {
      const read = encodeExamples(
        texts.map((first) => ({ first, label: 0 })),
        tokenizer,
        maxLength,
      );
      const states = texts.map((_, row) => new Float32Array(lengthOf(read, row) * width));
      for (const batch of batchesByLength(read, batchSize, maxLength)) {
        const program = await programs.at(batch.length);
        fillBatch(read, batch, program.inputs);
        await program.run();
        for (const [b, row] of batch.rows.entries()) {
          const from = b * batch.length * width;
          const own = program.outputs.states!.subarray(from, from + states[row]!.length); // padding left out
          states[row]!.set(own);
        }
      }
      return states.map((own, row) => ({ tokens: tokensOf(read, row, tokenizer), states: own }));
    },
    dispose: () => programs.dispose(),
  };
}

function tokensOf({ tokenIds, starts }: EncodedExamples, row: number, tokenizer: WordPieceTokenizer) {
  const ids = tokenIds.subarray(starts[row], starts[row + 1]);
  return Array.from(ids, (id) => tokenizer.vocabulary.tokenOf(id));
}

/** Inputs: a batch, the weights. Output: `states` [B, L, D]. */
function statesProgram(plans: readonly NetworkPlan[], name: NetworkName, B: number, L: number): Program {
  const { hidden: D } = plans.find((plan) => plan.name === name)!.sizes;
  return {
    name: 'hidden-states',
    inputs: { ...sequenceInputs(B, L), ...weightInputs(plans) },
    compute(inputs, noise) {
      const network = networksFrom(plans, (key) => inputs[`weights/${key}`]!, noise, false)(name);
      const states = encode(inputs as unknown as EncoderInput, network.weights, network); // [T, D]
      return { states: tf.reshape(states, [B, L, D]) };
    },
  };
}
