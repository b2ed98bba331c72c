/** How long a run's minimal pairs will take, from a few sentences. */
import type { RunConfig } from '../config/schema.ts';
import type { PreparedData } from '../data/preparation/prepared.ts';
import { encodePairs } from '../downstream/pairs/encoded-pairs.ts';
import { selectPairSets } from '../downstream/pairs/pair-sets.ts';
import type { SentenceScorer } from '../downstream/pairs/sentence-scores.ts';
import type { Engine } from '../engine/program.ts';
import { scoredNetworks, scorerOf } from '../run/run-pairs.ts';
import type { RunModel } from '../training/run-model.ts';

/** Sentences that are timed: enough that compiling their program hardly counts. */
const sampleSize = 200;

/** @returns seconds of all sets and networks at one checkpoint, about */
export async function measurePairs(
  { pairs }: RunConfig,
  model: RunModel,
  data: PreparedData,
  engine: Engine,
): Promise<number> {
  let seconds = 0;
  for (const set of selectPairSets(pairs)) {
    const sequences = encodePairs(set, data);
    for (const network of scoredNetworks(model.regime))
      seconds += await secondsOf(scorerOf({ ...model, data, engine }, network), sequences);
  }
  return seconds;
}

/** Times sentences of about the median length, most of which are of one length, and scales up by tokens computed. */
async function secondsOf(scorer: SentenceScorer, sequences: readonly Int32Array[]): Promise<number> {
  const sorted = sequences.toSorted((a, b) => a.length - b.length);
  const start = Math.max(0, Math.floor((sorted.length - sampleSize) / 2));
  const sample = sorted.slice(start, start + sampleSize);
  const startedAt = performance.now();
  await scorer.score(sample);
  const seconds = (performance.now() - startedAt) / 1000;
  const tokensOf = (list: readonly Int32Array[]) =>
    list.reduce((sum, { length }) => sum + passesOf(scorer, length) * length, 0);
  return (seconds * tokensOf(sequences)) / tokensOf(sample);
}

/** How often a sentence is read for its score. */
function passesOf({ name }: SentenceScorer, length: number): number {
  return name === 'pseudo-log-likelihood' ? length - 2 : 1;
}
