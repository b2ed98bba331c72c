/** Checkpoints that stay: of the moments when fractions of the budget were spent. */
import { join } from 'node:path';
import type { RunConfig } from '../config/schema.ts';
import { type CheckpointContent, writeCheckpoint } from './checkpoint.ts';

/** Where the checkpoint of a fraction of the budget is kept. */
export function keptCheckpoint(folder: string, fraction: number): string {
  return join(folder, `kept-${fraction}`);
}

/** @throws {DataError} if the disk is full or the folder read-only */
export function keepCheckpoint(folder: string, fraction: number, content: CheckpointContent): void {
  writeCheckpoint(keptCheckpoint(folder, fraction), content);
}

/** Every fraction at which a run keeps a checkpoint: for forks, for what is measured on the way, and where stages end. */
export function keptFractions({ training, finetune, probe, pairs }: RunConfig, stages: number): number[] {
  return [...new Set([...training.keepAt, ...finetune.at, ...probe.at, ...pairs.at, ...stageEnds(stages)])];
}

/** The fractions at which all stages but the last end: another run of the same first stage begins there. */
export function stageEnds(stages: number): number[] {
  return Array.from({ length: stages - 1 }, (_, i) => (i + 1) / stages);
}

/** Quotients of steps miss a written fraction by a rounding error. */
const tolerance = 1e-9;

/** The fractions that were reached between two moments; each belongs to the first step at or after it. */
export function fractionsReached(fractions: readonly number[], before: number, now: number): number[] {
  return fractions.filter((fraction) => !hasReached(fraction, before) && hasReached(fraction, now));
}

export function hasReached(fraction: number, now: number): boolean {
  return now >= fraction - tolerance;
}
