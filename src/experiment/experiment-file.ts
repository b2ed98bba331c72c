/** An experiment: which runs make one claim. A YAML file that lists arms, each a configuration with changes. */
import { basename, dirname, resolve } from 'node:path';
import { ConfigError, explain, oneOf } from '../base/errors.ts';
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

/** What cells are resolved with. */
interface CellOptions extends ResolveOptions {
  /** What relative paths in an arm are relative to: the experiment's folder. */
  folder: string;
  /** Where the runs will be. */
  results: string;
  hasManySeeds: boolean;
}

/** The name of an experiment: its file's, without the ending. */
export function experimentName(path: string): string {
  return basename(path).replace(/\.ya?ml$/, '');
}

/**
 * @param options.results the folder that the runs will be in
 * @throws {ConfigError} one line naming file, arm and key
 */
export function readExperiment(path: string, options: ResolveOptions & { results: string }): Experiment {
  const file = readYamlFile(path);
  const { claim = '', seeds = [0], arms } = file.mapping;
  const unknown = Object.keys(file.mapping).find((key) => !knownKeys.includes(key));
  if (unknown) throw new ConfigError(explain(file.name, `the keys ${knownKeys.join(', ')}`, unknown));
  if (!isMapping(arms) || Object.keys(arms).length === 0) {
    throw new ConfigError(explain(`${file.name}: arms`, 'a mapping of names to configurations', arms));
  }
  assertSeeds(`${file.name}: seeds`, seeds);
  const cellOptions = { ...options, folder: dirname(file.path), hasManySeeds: seeds.length > 1 };
  const cells = Object.keys(arms).flatMap((arm) =>
    seeds.map((seed) => cellOf(file.name, arms, arm, seed, cellOptions)),
  );
  if (typeof claim !== 'string') {
    throw new ConfigError(explain(`${file.name}: claim`, 'one sentence', claim));
  }
  assertDistinct(file.name, cells);
  return { name: experimentName(path), claim: claim.trim(), cells };
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

/** @param from the arms that ask for this one's generator, to find a circle */
function cellOf(
  file: string,
  arms: Mapping,
  arm: string,
  seed: number,
  options: CellOptions,
  from: readonly string[] = [],
): RunConfig {
  const where = `${file}: ${arm}`;
  const changes = arms[arm];
  if (!isMapping(changes)) throw new ConfigError(explain(where, 'a mapping', changes));
  assertNoOwnName(where, changes);
  const { generatorFrom, ...own } = changes;
  const name = options.hasManySeeds ? `${arm}, seed ${seed}` : arm;
  if (generatorFrom === undefined) return resolveObject({ ...own, name, seed }, where, options);

  assertArm(`${where}: generatorFrom`, generatorFrom, arms, [...from, arm]);
  const source = runIdOf(cellOf(file, arms, generatorFrom, seed, options, [...from, arm]));
  const checkpoint = resolve(options.results, 'runs', source);
  const generator = isMapping(own.generator) ? { ...own.generator, checkpoint } : { checkpoint };
  return resolveObject({ ...own, generator, name, seed }, where, options);
}

function assertNoOwnName(where: string, changes: Mapping): void {
  const own = ['name', 'seed'].find((key) => key in changes);
  if (!own) return;
  const remedy =
    own === 'name' ? 'the name of the arm names its runs' : 'write `seeds: [0, 1]` beside `arms`';
  throw new ConfigError(explain(`${where}: ${own}`, 'no such key in an arm', changes[own], remedy));
}

/** @throws {ConfigError} if there is no such arm, or its generator in turn depends on these */
function assertArm(
  where: string,
  name: unknown,
  arms: Mapping,
  dependents: readonly string[],
): asserts name is string {
  const others = Object.keys(arms).filter((arm) => !dependents.includes(arm));
  if (typeof name === 'string' && others.includes(name)) return;
  throw new ConfigError(
    explain(where, others.length > 0 ? oneOf(others) : 'another arm of this experiment', name),
  );
}

/** The cell whose run must be finished before this one can begin: the one that trains its generator. */
export function cellBefore({ generator: { checkpoint } }: RunConfig, cells: readonly RunConfig[]) {
  return checkpoint === undefined ? undefined : cells.find((cell) => runIdOf(cell) === basename(checkpoint));
}
