/** One program per padded length, compiled when the first batch of that length comes; all share the same weights. */
import type { CompiledProgram, Engine, HostArray, Program } from '../../engine/program.ts';
import { type EncodedExamples, lengthOf } from './encoded-examples.ts';
import type { Batch } from './length-buckets.ts';

export interface ProgramsByLength {
  at(length: number): Promise<CompiledProgram>;
  dispose(): Promise<void>;
}

/** @param memory weights (and gradients) that every program is bound to */
export function programsByLength(
  engine: Engine,
  programOf: (length: number) => Program,
  memory: Record<string, HostArray>,
): ProgramsByLength {
  const compiled = new Map<number, CompiledProgram>();
  return {
    async at(length) {
      const known = compiled.get(length);
      if (known) return known;
      const program = await engine.compile(programOf(length), memory);
      compiled.set(length, program);
      return program;
    },
    async dispose() {
      for (const program of compiled.values()) await program.dispose();
      compiled.clear();
    },
  };
}

/**
 * Copies a batch into a program's inputs, padded to the program's length. Places beyond the last row repeat the first
 * and weigh nothing.
 *
 * @param targetOf a label as the program learns it, where that is a number
 */
export function fillBatch(
  examples: EncodedExamples,
  { rows, length: L }: Batch,
  inputs: CompiledProgram['inputs'],
  targetOf: (label: number) => number = (label) => label,
): void {
  const { tokenIds, segmentIds, attentionMask, wordMask, labels, targets, exampleWeights } = inputs as Record<
    string,
    HostArray
  >;
  const B = tokenIds!.length / L;
  for (const array of [tokenIds!, segmentIds!, attentionMask!]) array.fill(0);
  wordMask?.fill(0);
  for (let b = 0; b < B; b++) {
    const row = rows[b] ?? rows[0]!;
    const [start, n, first] = [b * L, lengthOf(examples, row), examples.firstLengths[row]!];
    tokenIds!.set(examples.tokenIds.subarray(examples.starts[row], examples.starts[row + 1]), start);
    segmentIds!.fill(1, start + first, start + n);
    attentionMask!.fill(1, start, start + n);
    wordMask?.fill(1, start + examples.words!.starts[row]!, start + examples.words!.ends[row]!);
    labels?.fill(examples.labels[row]!, b, b + 1);
    targets?.fill(targetOf(examples.labels[row]!), b, b + 1);
    exampleWeights?.fill(b < rows.length ? 1 : 0, b, b + 1);
  }
}
