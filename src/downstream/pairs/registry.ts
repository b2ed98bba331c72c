/** The sets of minimal pairs that there are, and those that a configuration asks for. */
import { ConfigError, explain } from '../../base/errors.ts';
import type { PairSetName } from '../../config/measurement-sections.ts';
import type { PairsConfig } from '../../config/schema.ts';
import { readBlimp } from './blimp.ts';
import { offlineSet } from './offline/offline-set.ts';
import type { PairSet } from './pair-set.ts';

const sets: Record<PairSetName, (config: PairsConfig) => PairSet> = {
  offline: () => offlineSet,
  blimp: blimpSet,
};

/**
 * Each set once, in the order in which they were asked for.
 *
 * @throws {ConfigError} if BLiMP has no folder
 * @throws {DataError} if a file of it is broken
 */
export function selectPairSets(config: PairsConfig): PairSet[] {
  return [...new Set(config.sets)].map((name) => sets[name](config));
}

/** Read once for all the runs of a sweep. */
const blimps = new Map<string, PairSet>();

function blimpSet({ blimpDir, most }: PairsConfig): PairSet {
  if (blimpDir === undefined) {
    const remedy = 'name it with --blimp or pairs.blimpDir; `electra-lab data blimp` downloads it';
    throw new ConfigError(explain('blimp', "a folder with BLiMP's files", 'none', remedy));
  }
  const key = JSON.stringify([blimpDir, most]);
  const set = blimps.get(key) ?? readBlimp(blimpDir, most);
  blimps.set(key, set);
  return set;
}
