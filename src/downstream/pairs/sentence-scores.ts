/**
 * What a network says of whole sentences, as one number each: the higher, the likelier the sentence.
 *
 * Sentences that are the same tokens are computed once, and the terms of a sum are added in the order of their size: so
 * two sentences whose terms are the same have the same score to the last bit, and a tie is a tie.
 */
import type { CompiledProgram, Engine, HostArray } from '../../engine/program.ts';
import { inferenceProgram } from '../../model/inference-program.ts';
import type { NetworkName, NetworkPlan } from '../../model/network.ts';
import { programsByLength } from '../batching/programs-by-length.ts';
import { sumBySize } from './frequency-models.ts';
import { maskedTokenProgram } from './masked-token-program.ts';

/** How a score is made. */
export type ScorerName = 'pseudo-log-likelihood' | 'original-log-probability';

export interface SentenceScorer {
  name: ScorerName;
  network: NetworkName;
  /**
   * @param sequences ids of [CLS] … [SEP] each; of those two nothing is scored
   * @returns [n], nats; undefined if the signal came before the end
   */
  score(sequences: readonly Int32Array[], watch?: ScoringWatch): Promise<Float64Array | undefined>;
}

export interface ScoringWatch {
  signal?: AbortSignal;
  /** Rows done, of all. */
  onProgress?(done: number, total: number): void;
}

export interface ScoredNetwork {
  engine: Engine;
  plans: readonly NetworkPlan[];
  network: NetworkName;
  /** `weights/<key>` arrays */
  memory: Record<string, HostArray>;
  maskId: number;
}

/** One pass of the network: a sequence, and in it the token that is masked, or −1 where all are read as they are. */
interface Row {
  sequence: Int32Array;
  sentence: number;
  masked: number;
}

/** Tokens of a batch: enough for fast products, few enough for the caches. */
const batchTokens = 2048;

/**
 * Pseudo-log-likelihood: the sum over tokens of log P(token | the sentence with that token masked).
 *
 * @source Salazar et al. 2020, Masked Language Model Scoring, §2
 */
export function pseudoLogLikelihood(subject: ScoredNetwork): SentenceScorer {
  const { plans, network, maskId } = subject;
  return {
    ...{ name: 'pseudo-log-likelihood', network },
    score(sequences, watch) {
      const rowsOf = (sequence: Int32Array, sentence: number): Row[] =>
        Array.from({ length: sequence.length - 2 }, (_, i) => ({ sequence, sentence, masked: i + 1 }));
      return sumTerms(subject, sequences, watch, {
        rowsOf,
        programOf: (B, L) => maskedTokenProgram(plans, network, B, L),
        fillRow: (inputs, b, { sequence, masked }, L) => {
          inputs.tokenIds![b * L + masked] = maskId;
          inputs.positions![b] = b * L + masked;
          inputs.targets![b] = sequence[masked]!;
        },
        termsOf: ({ logProbs }, b) => [logProbs![b]!],
      });
    },
  };
}

/**
 * The sum over the tokens of the sentence, none masked, of the discriminator's log P(original): −softplus of its logit.
 * The tokens are judged independently; no probability of a sentence follows from it.
 */
export function originalLogProbability(subject: ScoredNetwork): SentenceScorer {
  const { plans, network } = subject;
  return {
    ...{ name: 'original-log-probability', network },
    score: (sequences, watch) =>
      sumTerms(subject, sequences, watch, {
        rowsOf: (sequence, sentence) => [{ sequence, sentence, masked: -1 }],
        programOf: (B, L) => inferenceProgram(plans, network, B, L),
        fillRow: () => {},
        termsOf: ({ logits }, b, { sequence }, L) =>
          Array.from({ length: sequence.length - 2 }, (_, i) => -softplus(logits![b * L + i + 1]!)),
      }),
  };
}

interface Terms {
  rowsOf(sequence: Int32Array, sentence: number): Row[];
  programOf(B: number, L: number): ReturnType<typeof inferenceProgram>;
  /** What a row needs besides its tokens. */
  fillRow(inputs: CompiledProgram['inputs'], b: number, row: Row, L: number): void;
  termsOf(outputs: CompiledProgram['outputs'], b: number, row: Row, L: number): number[];
}

async function sumTerms(
  { engine, memory }: ScoredNetwork,
  sequences: readonly Int32Array[],
  { signal, onProgress }: ScoringWatch = {},
  { rowsOf, programOf, fillRow, termsOf }: Terms,
): Promise<Float64Array | undefined> {
  const { distinct, indices } = distinctOf(sequences);
  const rows = distinct.flatMap(rowsOf).sort((a, b) => a.sequence.length - b.sequence.length);
  const terms = distinct.map((): number[] => []);
  const programs = programsByLength(engine, (L) => programOf(rowsAt(L), L), memory);
  try {
    for (let done = 0; done < rows.length; ) {
      if (signal?.aborted) return undefined;
      const { batch, L } = batchAt(rows, done);
      const program = await programs.at(L);
      // Places beyond the last row repeat the first; nobody reads what comes of them.
      program.inputs.attentionMask!.fill(1);
      for (let b = 0; b < rowsAt(L); b++) {
        const row = batch[b] ?? batch[0]!;
        program.inputs.tokenIds!.set(row.sequence, b * L);
        fillRow(program.inputs, b, row, L);
      }
      await program.run();
      for (const [b, row] of batch.entries())
        terms[row.sentence]!.push(...termsOf(program.outputs, b, row, L));
      done += batch.length;
      onProgress?.(done, rows.length);
    }
  } finally {
    await programs.dispose();
  }
  const sums = terms.map(sumBySize);
  return Float64Array.from(indices, (index) => sums[index]!);
}

/** Each sequence of tokens once, and which of them each sentence is. */
function distinctOf(sequences: readonly Int32Array[]): { distinct: Int32Array[]; indices: number[] } {
  const places = new Map<string, number>();
  const distinct: Int32Array[] = [];
  const indices = sequences.map((sequence) => {
    const key = sequence.join(' ');
    const known = places.get(key);
    if (known !== undefined) return known;
    places.set(key, distinct.length);
    return distinct.push(sequence) - 1;
  });
  return { distinct, indices };
}

function rowsAt(L: number): number {
  return Math.max(1, Math.floor(batchTokens / L));
}

/** Rows of one length, as many as a program takes: a program a length costs less than padding does. */
function batchAt(rows: readonly Row[], start: number): { batch: Row[]; L: number } {
  const L = rows[start]!.sequence.length;
  const some = rows.slice(start, start + rowsAt(L));
  return { batch: some.filter(({ sequence }) => sequence.length === L), L };
}

function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}
