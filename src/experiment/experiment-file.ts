/** An experiment: which runs make one claim. A YAML file that lists arms, each a configuration with changes. */
import { basename, dirname } from 'node:path';
import { ConfigError, explain } from '../base/errors.ts';
import { type ResolveOptions, resolveObject } from '../config/resolve.ts';
import { runIdOf } from '../config/run-id.ts';
import type { RunConfig } from '../config/schema.ts';
import { isMapping, type Mapping, readYamlFile } from '../config/yaml-file.ts';

export interface Experiment {
  /** The file's name without its ending; names the results folder. */
  name: string;
  /** What is compared, in one sentence. */
  claim: string;
  /** One configuration per arm and pre-training seed, named `<arm>` or `<arm>, seed <n>`. */
  cells: RunConfig[];
}

const knownKeys = ['claim', 'seeds', 'arms'];

/** @throws {ConfigError} one line naming file, arm and key */
export function readExperiment(path: string, options: ResolveOptions): Experiment {
  const file = readYamlFile(path);
  const { claim = '', seeds = [0], arms } = file.mapping;
  const unknown = Object.keys(file.mapping).find((key) => !knownKeys.includes(key));
  if (unknown) throw new ConfigError(explain(file.name, `the keys ${knownKeys.join(', ')}`, unknown));
  if (!isMapping(arms) || Object.keys(arms).length === 0) {
    throw new ConfigError(explain(`${file.name}: arms`, 'a mapping of names to configurations', arms));
  }
  assertSeeds(`${file.name}: seeds`, seeds);
  const folder = dirname(file.path);
  const cells = Object.entries(arms).flatMap(([arm, changes]) =>
    seeds.map((seed) =>
      cellOf(`${file.name}: ${arm}`, arm, changes, seed, seeds.length > 1, { ...options, folder }),
    ),
  );
  if (typeof claim !== 'string') {
    throw new ConfigError(explain(`${file.name}: claim`, 'one sentence', claim));
  }
  assertDistinct(file.name, cells);
  return { name: basename(path).replace(/\.ya?ml$/, ''), claim: claim.trim(), cells };
}

function assertSeeds(where: string, seeds: unknown): asserts seeds is number[] {
  if (Array.isArray(seeds) && seeds.length > 0 && seeds.every((seed) => Number.isInteger(seed) && seed >= 0))
    return;
  throw new ConfigError(explain(where, 'a list of whole numbers', seeds, 'write [0, 1, 2] for three seeds'));
}

/** Two arms with one run id would write into one folder. */
function assertDistinct(where: string, cells: readonly RunConfig[]): void {
  const arms = new Map<string, string>();
  for (const cell of cells) {
    const id = runIdOf(cell);
    const twin = arms.get(id);
    if (twin !== undefined) {
      const remedy =
        'names, cadences, evaluation and fine-tuning do not make another run; drop one of the two';
      throw new ConfigError(
        explain(
          `${where}: ${cell.name}`,
          'an arm that trains unlike the others',
          `the training of ${twin}`,
          remedy,
        ),
      );
    }
    arms.set(id, cell.name);
  }
}

function cellOf(
  where: string,
  arm: string,
  changes: unknown,
  seed: number,
  hasManySeeds: boolean,
  options: ResolveOptions & { folder: string },
): RunConfig {
  const own = ['name', 'seed'].find((key) => isMapping(changes) && key in changes);
  if (own) {
    const remedy =
      own === 'name' ? 'the name of the arm names its runs' : 'write `seeds: [0, 1]` beside `arms`';
    throw new ConfigError(
      explain(`${where}: ${own}`, 'no such key in an arm', (changes as Mapping)[own], remedy),
    );
  }
  if (!isMapping(changes)) throw new ConfigError(explain(where, 'a mapping', changes));
  const name = hasManySeeds ? `${arm}, seed ${seed}` : arm;
  return resolveObject({ ...changes, name, seed }, where, options);
}
