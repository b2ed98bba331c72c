/** What `sweep`, `plan` and `tune` are told alike: which experiment, at which preset, on which seeds, into which folder. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Argv } from 'yargs';
import { ConfigError, didYouMean, explain, oneOf } from '../base/errors.ts';
import { shellWord } from '../base/shell-word.ts';
import { runIdOf } from '../config/run-id.ts';
import type { RunConfig } from '../config/schema.ts';
import {
  cellBefore,
  type Experiment,
  type ExperimentPlan,
  experimentName,
  experimentOf,
  readPlan,
} from '../experiment/experiment-file.ts';
import type { Trial } from '../experiment/trials.ts';
import { trialsOf, tunedChanges } from '../experiment/tuning.ts';
import { experimentsFolder, known, presetsFolder } from './command.ts';
import { experimentNames } from './completion.ts';
import { outOption, setOption, textOption } from './options.ts';

export interface ExperimentArguments {
  experiment: string;
  preset?: string;
  seeds?: number[];
  set: string[];
  out?: string;
}

/** Adds the options to a command. */
export function withExperimentOptions(yargs: Argv): Argv {
  return yargs
    .positional('experiment', {
      type: 'string',
      demandOption: true,
      describe: 'a YAML file, or a name in experiments/',
    })
    .option('preset', textOption('--preset', "the preset that every arm extends [default: the file's]"))
    .option('seeds', {
      type: 'string',
      requiresArg: true,
      coerce: readSeeds,
      describe: "pre-training seeds: 0,1,2 or 0-4 [default: the file's]",
    })
    .option('set', setOption('change a key of every arm'))
    .option('out', outOption('experiment'));
}

/** @throws {ConfigError} unless it is whole numbers and ranges of them, each once */
function readSeeds(text: unknown): number[] | undefined {
  if (text === undefined) return undefined;
  const parts = String(text).split(',');
  const seeds = parts.flatMap((part) => {
    const [, first, last = first] = /^\s*(\d+)(?:\s*-\s*(\d+))?\s*$/.exec(part) ?? [];
    const count = Number(last) - Number(first) + 1;
    return count >= 1 && count <= 1000 ? Array.from({ length: count }, (_, i) => Number(first) + i) : [-1];
  });
  if (!seeds.includes(-1) && new Set(seeds).size === seeds.length) return seeds;
  throw new ConfigError(explain('--seeds', 'whole numbers, each once', text, 'write 0,1,2 or 0-4'));
}

export interface OpenedExperiment {
  plan: ExperimentPlan;
  experiment: Experiment;
  /** The runs of its search, and what is known of them. */
  trials: Trial[];
  results: string;
  /** What was typed, with what decides the runs. */
  command: string;
}

/** @throws {ConfigError} one line naming file, arm and key */
export function openExperiment({
  experiment,
  preset,
  seeds,
  set,
  out,
}: ExperimentArguments): OpenedExperiment {
  const path = fileOf(experiment);
  const results = out ?? join('results', experimentName(path));
  const plan = readPlan(path, { preset, seeds, set, known, presetsFolder, results });
  const trials = trialsOf(plan, results);
  const command = [
    'npx electra-lab sweep',
    shellWord(experiment),
    ...(preset === undefined ? [] : ['--preset', shellWord(preset)]),
    ...(seeds === undefined ? [] : ['--seeds', seeds.join(',')]),
    ...set.flatMap((option) => ['--set', shellWord(option)]),
    ...(out === undefined ? [] : ['--out', shellWord(out)]),
  ].join(' ');
  return { plan, experiment: experimentOf(plan, tunedChanges(plan, trials)), trials, results, command };
}

/** A path, or a bare name (no slash, no `.yaml`) of an experiment that comes with the project. */
function fileOf(experiment: string): string {
  if (/[/\\]|\.ya?ml$/.test(experiment)) return experiment;
  const path = join(experimentsFolder, `${experiment}.yaml`);
  if (existsSync(path)) return path;
  const names = experimentNames();
  const remedy = didYouMean(experiment, names) ?? `write ./${experiment} for a file`;
  throw new ConfigError(explain('experiment', oneOf(names), experiment, remedy));
}

/**
 * The cells of some arms, and of those that they need: runs that train their generators, or that they fork from.
 *
 * @param only names of arms; none means all
 * @throws {ConfigError} if there is no such arm
 */
export function onlyArms({ arms, cells }: Experiment, only: readonly string[]): RunConfig[] {
  if (only.length === 0) return cells;
  const asked = namesIn(
    only,
    arms.map(({ name }) => name),
  );
  const runs = arms.filter(({ name }) => asked.includes(name)).flatMap(({ runs }) => runs);
  const wanted = cells.filter((cell) => runs.some(({ runId }) => runId === runIdOf(cell)));
  const needed = new Set(wanted);
  for (const cell of needed) {
    const source = cellBefore(cell, cells);
    if (source) needed.add(source);
  }
  return cells.filter((cell) => needed.has(cell));
}

/**
 * Names that were given with commas between them. A name may have commas itself, as those of a grid's arms do.
 *
 * @param parts what stands between commas
 */
function namesIn(parts: readonly string[], names: readonly string[]): string[] {
  const partsOf = (name: string) => name.split(',').map((part) => part.trim());
  const asked: string[] = [];
  for (let rest = parts; rest.length > 0; ) {
    const isNext = (name: string) => partsOf(name).every((part, i) => part === rest[i]);
    const [next] = names.filter(isNext).sort((a, b) => b.length - a.length);
    if (next === undefined)
      throw new ConfigError(explain('--only', oneOf(names), rest[0], didYouMean(rest[0]!, names)));
    asked.push(next);
    rest = rest.slice(partsOf(next).length);
  }
  return asked;
}
