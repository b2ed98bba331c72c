/**
 * Makes a preset's data ready in this process, and prints one JSON line: seconds, phases, the most memory.
 *
 *   npx tsx benchmarks/prepare-once.ts electra-small --set data.folder=DIR --set data.corpora=[] --cache DIR
 */
import { availableParallelism } from 'node:os';
import yargs from 'yargs';
import { prepareData } from '../src/data/preparation/prepared.ts';
import type { Phase } from '../src/data/preparation/read-rate.ts';
import { configOf } from './joint-program.ts';

/** What the script prints. */
export interface Preparation {
  seconds: number;
  trainTokens: number;
  trainExamples: number;
  peakMemoryBytes: number;
  phases: TimedPhase[];
}

export interface TimedPhase {
  label: string;
  total: number;
  unit: string;
  seconds: number;
  /** The most that this process held while the phase went on, all threads and what it keeps of files included. */
  memoryBytes: number;
}

const { preset, set, cache, threads } = yargs(process.argv.slice(2))
  .command('$0 <preset>', "make a preset's data ready", (y) =>
    y.positional('preset', { type: 'string', demandOption: true }),
  )
  .option('set', { type: 'string', array: true, default: [] })
  .option('cache', { type: 'string', demandOption: true, describe: 'a folder' })
  .option('threads', { type: 'number', default: availableParallelism() })
  .strict()
  .parseSync() as unknown as { preset: string; set: string[]; cache: string; threads: number };

process.stdout.write(`${JSON.stringify(await measure())}\n`);

async function measure(): Promise<Preparation> {
  const phases: TimedPhase[] = [];
  const { data } = configOf(preset, set);
  const startedAt = performance.now();
  const { train, trainTokenCount } = await prepareData(data, {
    cacheFolder: cache,
    threads,
    beginPhase: (label, total, unit) => timed({ label, total, unit, seconds: 0, memoryBytes: 0 }, phases),
  });
  return {
    seconds: (performance.now() - startedAt) / 1000,
    ...{ trainTokens: trainTokenCount, trainExamples: train.count, phases },
    peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
  };
}

function timed(phase: TimedPhase, phases: TimedPhase[]): Phase {
  const startedAt = performance.now();
  phases.push(phase);
  const look = () => {
    phase.memoryBytes = Math.max(phase.memoryBytes, process.memoryUsage.rss());
    phase.seconds = (performance.now() - startedAt) / 1000;
  };
  return { advance: look, end: look };
}
