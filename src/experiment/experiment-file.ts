/** An experiment: which runs make one claim. A YAML file that lists arms, each a configuration with changes. */
import { basename, dirname, resolve } from 'node:path';
import { ConfigError, explain } from '../base/errors.ts';
import { schemaNodeOf } from '../config/json-schema.ts';
import { explainProblems } from '../config/problems.ts';
import { assertPresetExists, merge, type ResolveOptions, resolveObject } from '../config/resolve.ts';
import { finetuneHashOf, runIdOf } from '../config/run-id.ts';
import type { RunConfig } from '../config/schema.ts';
import { type Mapping, readYamlFile } from '../config/yaml-file.ts';
import type { StoredExperiment } from '../results/stored-experiment.ts';
import { type Arm, armsOf } from './arms.ts';
import { assertClaims, declaredClaims } from './experiment-rules.ts';
import { type ExperimentFile, experimentSchema } from './experiment-schema.ts';
import {
  assertChosenElsewhere,
  assertPilots,
  assertSearch,
  assertTaskIsNotReported,
} from './selection-rules.ts';

export interface ExperimentOptions extends ResolveOptions {
  /** The folder that the runs will be in. */
  results: string;
  /** Instead of the file's. */
  preset?: string | undefined;
  seeds?: readonly number[] | undefined;
}

/** An experiment's file, its arms expanded, under one preset. */
export interface ExperimentPlan {
  /** The file's name without its ending; names the results folder. */
  name: string;
  /** The file, as messages name it. */
  file: string;
  content: ExperimentFile;
  preset: string | undefined;
  seeds: readonly number[];
  arms: Arm[];
  /**
   * The configuration of one run of an arm.
   *
   * @param changesOf what else an arm changes, and the arm that trains its generator
   * @throws {ConfigError} naming file, arm and key
   */
  cellOf(arm: Arm, seed: number, changesOf: (arm: Arm) => Mapping): RunConfig;
}

export interface Experiment extends Omit<StoredExperiment, 'command'> {
  /** One configuration per distinct run, named `<arm>` or `<arm>, seed <n>`. */
  cells: RunConfig[];
}

/** The name of an experiment: its file's, without the ending. */
export function experimentName(path: string): string {
  return basename(path).replace(/\.ya?ml$/, '');
}

/** @throws {ConfigError} one line naming file and key */
export function readPlan(path: string, options: ExperimentOptions): ExperimentPlan {
  options.set?.forEach(assertOfEveryArm);
  const file = readYamlFile(path);
  const { preset = file.mapping.preset, results } = options;
  const content = parse(file.name, underPreset(file.mapping, preset));
  for (const name of Object.keys(content.byPreset))
    assertPresetExists(name, `${file.name}: byPreset`, options.presetsFolder);
  const seeds = options.seeds ?? content.seeds;
  assertChosenElsewhere(file.name, content, seeds);
  const plan = {
    name: experimentName(path),
    file: file.name,
    content,
    seeds,
    arms: armsOf(file.name, content),
  };
  assertSearch(file.name, content, plan.arms);
  assertPilots(file.name, content, plan.arms);
  const folder = dirname(file.path);
  const base = content.preset === undefined ? {} : { extends: content.preset };

  function cellOf(arm: Arm, seed: number, changesOf: (arm: Arm) => Mapping): RunConfig {
    const where = `${file.name}: ${arm.name}`;
    const name = seeds.length > 1 ? `${arm.name}, seed ${seed}` : arm.name;
    const own = { ...base, ...merge({ name, ...arm.changes }, changesOf(arm)), seed };
    const runOf = (other: string) => {
      const cell = cellOf(plan.arms.find(({ name }) => name === other)!, seed, changesOf);
      return resolve(results, 'runs', runIdOf(cell));
    };
    const { generatorFrom, fork } = arm;
    const links = {
      ...(generatorFrom !== undefined && { generator: { checkpoint: runOf(generatorFrom) } }),
      ...(fork && { training: { fork: { run: runOf(fork.from), at: fork.at } } }),
    };
    return keptForForks(arm, plan.arms, resolveObject(merge(own, links), where, { ...options, folder }));
  }
  return { ...plan, preset: content.preset, cellOf };
}

/** Of a key that tells runs apart, one value for all would make them the same run. */
function assertOfEveryArm(option: string): void {
  const remedies = { seed: 'choose seeds with --seeds', name: 'the name of the arm names its runs' };
  const key = option.split('=')[0]!.trim();
  if (key !== 'seed' && key !== 'name') return;
  throw new ConfigError(explain('--set', 'a key that runs of one arm have in common', option, remedies[key]));
}

/** A run keeps the checkpoints that other arms fork from. */
function keptForForks({ name }: Arm, arms: readonly Arm[], config: RunConfig): RunConfig {
  const forks = arms.flatMap(({ fork }) => (fork?.from === name && fork.at < 1 ? [fork.at] : []));
  const keepAt = [...new Set([...config.training.keepAt, ...forks])];
  return { ...config, training: { ...config.training, keepAt } };
}

/** What the file says, with what it says otherwise under a preset. */
function underPreset(mapping: Mapping, preset: unknown): Mapping {
  const { byPreset } = mapping;
  const other = (byPreset as Record<string, unknown> | undefined)?.[String(preset)];
  const changed = typeof other === 'object' && other !== null ? merge(mapping, other as Mapping) : mapping;
  return preset === undefined ? changed : { ...changed, preset };
}

function parse(file: string, mapping: Mapping): ExperimentFile {
  const result = experimentSchema.safeParse(mapping, { reportInput: true });
  if (result.success) return result.data;
  const schema = schemaNodeOf(experimentSchema);
  throw new ConfigError(explainProblems(result.error.issues, schema, () => `${file}: `));
}

/** @param changesOf what a search has found for an arm, if there was one */
export function experimentOf(plan: ExperimentPlan, changesOf: (arm: Arm) => Mapping): Experiment {
  const { name, content, preset, seeds, file } = plan;
  const runs = plan.arms.flatMap((arm) =>
    seeds.map((seed) => ({ arm, seed, cell: plan.cellOf(arm, seed, changesOf) })),
  );
  const all = runs.map(({ cell }) => cell);
  for (const arm of plan.arms)
    assertSeedsDiffer(
      file,
      arm,
      runs.filter((run) => run.arm === arm),
    );
  assertClaims(file, content, plan.arms, all);
  assertTaskIsNotReported(file, content, all);
  const { title = name, claim, figure, primary } = content;
  return {
    name,
    title,
    claim: claim.trim(),
    preset: preset ?? '',
    claims: declaredClaims(content),
    ...(figure && { figure }),
    ...(primary && { primary }),
    arms: plan.arms.map((arm) => ({
      name: arm.name,
      coordinates: arm.coordinates,
      ...(arm.fork && { fork: arm.fork }),
      runs: runs.filter((run) => run.arm === arm).map(({ seed, cell }) => ({ seed, runId: runIdOf(cell) })),
    })),
    cells: distinct(file, all),
  };
}

/** One run is never several seeds: its value would be counted as often, and an interval would be too narrow. */
function assertSeedsDiffer(
  file: string,
  { name }: Arm,
  runs: readonly { seed: number; cell: RunConfig }[],
): void {
  const ids = runs.map(({ cell }) => runIdOf(cell));
  const twice = runs.find((_, i) => ids.indexOf(ids[i]!) < i);
  if (!twice) return;
  const first = runs[ids.indexOf(runIdOf(twice.cell))]!;
  const rule = 'another run for each seed';
  const got = `one for ${first.seed} and ${twice.seed}`;
  throw new ConfigError(explain(`${file}: ${name}`, rule, got, 'leave the seed to --seeds'));
}

/** One cell per run id: arms of one training share its run, if they fine-tune it alike. */
function distinct(where: string, cells: readonly RunConfig[]): RunConfig[] {
  const first = new Map<string, RunConfig>();
  for (const cell of cells) {
    const twin = first.get(runIdOf(cell));
    if (twin === undefined) first.set(runIdOf(cell), cell);
    else if (finetuneHashOf(twin) !== finetuneHashOf(cell)) {
      const remedy = 'runs that share their training must share their fine-tuning; give both one recipe';
      const rule = `the fine-tuning of ${twin.name}`;
      throw new ConfigError(explain(`${where}: ${cell.name}: finetune`, rule, 'another', remedy));
    }
  }
  return [...first.values()];
}

/** The cell whose run must be finished before this one can begin: it trains its generator, or it is what forks. */
export function cellBefore({ generator, training }: RunConfig, cells: readonly RunConfig[]) {
  const run = generator.checkpoint ?? training.fork?.run;
  return run === undefined ? undefined : cells.find((cell) => runIdOf(cell) === basename(run));
}
