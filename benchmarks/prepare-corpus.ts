/**
 * How fast a large corpus is made ready, and in how much memory: made text in a temporary folder, which is deleted in
 * the end, prepared by one process with an empty cache and by another with a full one.
 *
 *   npx tsx benchmarks/prepare-corpus.ts --megabytes 50 200 1000
 *
 * Memory that grows with the megabytes by more than documents, examples and the words of the text would be a leak.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import yargs from 'yargs';
import { markdownTable } from '../src/base/markdown.ts';
import { makeCorpus } from './made-corpus.ts';
import type { Preparation, TimedPhase } from './prepare-once.ts';
import { mebibytes, runOurs } from './run-process.ts';

const { megabytes, preset, threads } = yargs(process.argv.slice(2))
  .option('megabytes', { type: 'number', array: true, default: [50], describe: 'of text' })
  .option('preset', { type: 'string', default: 'electra-small', describe: 'its vocabulary size and length' })
  .option('threads', { type: 'number', default: availableParallelism() })
  .strict()
  .parseSync();

const header = ['MB', 'cache', 'phase', 'seconds', 'a second', 'memory, MiB'];
process.stdout.write(`${preset}, ${threads} threads\n\n`);
for (const size of megabytes) process.stdout.write(`${markdownTable(header, await rowsOf(size))}\n\n`);

async function rowsOf(size: number): Promise<string[][]> {
  const folder = mkdtempSync(join(tmpdir(), 'prepare-corpus-'));
  const [text, cache] = [join(folder, 'text'), join(folder, 'cache')];
  const args = ['--set', 'data.corpora=[]', '--set', `data.folder=${text}`, '--cache', cache];
  const prepare = () =>
    runOurs<Preparation>('prepare-once.ts', [preset, ...args, '--threads', String(threads)]);
  try {
    makeCorpus(text, size);
    const [empty, full] = [await prepare(), await prepare()];
    return [...rowsFor(size, 'empty', empty), ...rowsFor(size, 'full', full)];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function rowsFor(size: number, cache: string, { phases, seconds, peakMemoryBytes }: Preparation): string[][] {
  const all = { label: 'all', total: size, unit: 'MB', seconds, memoryBytes: peakMemoryBytes };
  return [...phases, all].map((phase) => [String(size), cache, ...cellsOf(phase)]);
}

function cellsOf({ label, total, unit, seconds, memoryBytes }: TimedPhase): string[] {
  const [amount, name] = unit === 'MB' ? [total, 'MB'] : [total / 1e6, `million ${unit}`];
  return [label, seconds.toFixed(1), `${(amount / seconds).toFixed(1)} ${name}`, mebibytes(memoryBytes)];
}
