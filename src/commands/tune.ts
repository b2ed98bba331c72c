/** electra-lab tune: the values of some keys for each arm of an experiment, from grids of one size. */
import type { CommandModule } from 'yargs';
import { ConfigError, explain, TrainingError } from '../base/errors.ts';
import { runIdOf } from '../config/run-id.ts';
import { elsewhere, hasLearned, type Trial, trialsOf } from '../experiment/tuning.ts';
import { writeTrials } from '../experiment/tuning-table.ts';
import { assembleTables } from '../results/tables.ts';
import { print, printJson } from './command.ts';
import {
  type ExperimentArguments,
  type OpenedExperiment,
  openExperiment,
  withExperimentOptions,
} from './experiment-options.ts';
import { jsonOption } from './options.ts';
import { assertAllFinished, executeCells, type ProcessArguments, withProcessOptions } from './sweep.ts';
import { searchSummary } from './tune-summary.ts';

interface TuneArguments extends ExperimentArguments, ProcessArguments {
  json: boolean;
}

export const tuneCommand: CommandModule<object, TuneArguments> = {
  command: 'tune <experiment>',
  describe: "search each arm's values of some keys over the experiment's grid; sweep then uses them",
  builder: (yargs) =>
    withProcessOptions(withExperimentOptions(yargs))
      .option('json', jsonOption)
      .example(
        '$0 tune figure3-training-algorithms --preset quick',
        'on a task and on seeds that are not reported',
      ) as never,
  handler: execute,
};

async function execute(args: TuneArguments): Promise<void> {
  const opened = openExperiment(args);
  const { plan, results, trials } = opened;
  if (trials.length === 0) {
    const remedy = 'add `tuning` with grid and seeds, as experiments/figure3-training-algorithms.yaml has';
    throw new ConfigError(explain(plan.file, 'a search', 'none', remedy));
  }
  const { found, outcomes } = await search(opened, args);
  assembleTables(results);
  const recorded = writeTrials(results, found);
  if (args.json) printJson({ recorded, trials: found.map(trialFacts) });
  else print(['', ...searchSummary(found), '', `Recorded: ${recorded}`].join('\n'));
  assertAllFinished(plan.name, outcomes, results);
  assertSomeLearned(plan.name, found);
}

/** Runs what is to be tried, and then what could only be tried with what that has found. */
async function search({ plan, results, trials }: OpenedExperiment, args: TuneArguments) {
  const context = { results, trials: [], notes: [] };
  for (let found = trials; ; ) {
    const outcomes = await executeCells(`${plan.name}, search`, distinct(found), context, args);
    const now = trialsOf(plan, results);
    if (now.length === found.length) return { found: now, outcomes };
    found = now;
  }
}

/** Arms that differ in nothing that a search run has share it. */
function distinct(trials: readonly Trial[]) {
  return [...new Map(trials.map(({ cell }) => [runIdOf(cell), cell])).values()];
}

function trialFacts({ arm, coordinates, seed, metric, score, isChosen, record }: Trial) {
  const status = record?.status ?? 'not run';
  return { arm, settings: coordinates, seed, metric, score: score ?? null, isChosen, status };
}

/** @throws {TrainingError} naming the arms for which nothing was chosen as nothing that was tried has learned */
function assertSomeLearned(name: string, trials: readonly Trial[]): void {
  const arms = [...new Set(trials.map(({ arm }) => arm))];
  const isBlind = (arm: string) =>
    trials.filter((trial) => trial.arm === arm).every((trial) => !hasLearned(trial));
  const without = arms.filter(isBlind);
  if (without.length === 0) return;
  const rule = 'a run that learned for each arm, to choose from';
  throw new TrainingError(explain(`${name}: tuning`, rule, `none for ${without.join(', ')}`, elsewhere));
}
