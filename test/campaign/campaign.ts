/**
 * A campaign: the same thing tried in many ways, and what was wrong about each. Continuous integration tries some, spread
 * over all; `npm run campaign` tries every one and prints its counts.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { groupBy } from '../../src/base/group.ts';
import { tinyRunYaml, writeCorpus } from '../end-to-end/program.ts';

export const isWhole = process.env.CAMPAIGN === 'all';

/** A whole campaign takes hours on a machine that does other things. */
export const campaignTimeout = isWhole ? 8 * 3_600_000 : 600_000;

/** Every one in a whole campaign, else so many, spread evenly. */
export function chosen<Item>(all: readonly Item[], sampled: number): readonly Item[] {
  if (isWhole || all.length <= sampled) return all;
  return Array.from({ length: sampled }, (_, i) => all[Math.floor(((i + 0.5) * all.length) / sampled)]!);
}

/** Numbers of the calls that a log of `file-faults.c` has, from 1; of several processes, of the one with the most. */
export function callsIn(log: string): number[] {
  const processes = readFileSync(log, 'utf8').trim().split('\n');
  const most = Math.max(...[...groupBy(processes, (pid) => pid).values()].map(({ length }) => length));
  return Array.from({ length: most }, (_, i) => i + 1);
}

/**
 * Tries all and counts.
 *
 * @returns what was wrong, each with its item
 */
export async function faultsAmong<Item>(
  name: string,
  items: readonly Item[],
  attempt: (item: Item) => Promise<readonly string[]>,
): Promise<string[]> {
  const faults: string[] = [];
  for (const item of items) {
    const found = await attempt(item);
    faults.push(...found.map((fault) => `${JSON.stringify(item)}: ${fault}`));
    if (isWhole && found.length > 0) console.log(`${name}: ${faults.slice(-found.length).join('\n')}`);
  }
  if (isWhole) console.log(`CAMPAIGN ${name}: ${items.length} tried, ${faults.length} wrong`);
  return faults;
}

/**
 * Compiles `test/helpers/file-faults.c`, which is preloaded into what is to fail.
 *
 * @returns undefined where there is no compiler, or another system
 */
export function compileFaults(folder: string): string | undefined {
  const library = join(folder, 'file-faults.so');
  const source = fileURLToPath(new URL('../helpers/file-faults.c', import.meta.url));
  const { status } = spawnSync('cc', ['-shared', '-fPIC', '-O1', '-o', library, source, '-ldl']);
  return process.platform === 'linux' && status === 0 ? library : undefined;
}

/** A run of one network, three steps and two checkpoints, on a corpus that is written into a folder. */
export function shortRunYaml(corpus: string): string {
  const training = { steps: 3, logEvery: 2, evaluateEvery: 0, checkpointEvery: 2 };
  const [run, finetune] = [tinyRunYaml(writeCorpus(corpus), { training }), { tasks: [], seeds: 1 }];
  return JSON.stringify({ ...JSON.parse(run), regime: 'bert', finetune });
}
