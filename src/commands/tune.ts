/** electra-lab tune: a value of one key for each arm of an experiment, from one grid. */

import type { CommandModule } from 'yargs';
import { ConfigError, explain } from '../base/errors.ts';
import { percent } from '../base/percent.ts';
import { runIdOf } from '../config/run-id.ts';
import { assembleTables } from '../experiment/tables.ts';
import { type Trial, trialsOf, writeTrials } from '../experiment/tuning.ts';
import { print, printJson, textTable } from './command.ts';
import { type ExperimentArguments, openExperiment, withExperimentOptions } from './experiment-options.ts';
import { jsonOption } from './options.ts';
import { assertAllFinished, executeCells, type ProcessArguments, withProcessOptions } from './sweep.ts';

interface TuneArguments extends ExperimentArguments, ProcessArguments {
  json: boolean;
}

export const tuneCommand: CommandModule<object, TuneArguments> = {
  command: 'tune <experiment>',
  describe: "search each arm's learning rate over the experiment's grid; sweep then uses it",
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
    const remedy = 'add `tuning` with values and seeds, as experiments/figure3-training-algorithms.yaml has';
    throw new ConfigError(explain(plan.file, 'a search', 'none', remedy));
  }
  const cells = distinct(trials);
  const outcomes = await executeCells(`${plan.name}, search`, cells, { ...opened, trials: [] }, args);
  assembleTables(results);
  const found = trialsOf(plan, results);
  const recorded = writeTrials(results, found);
  if (args.json) printJson({ recorded, trials: found.map(trialFacts) });
  else print(['', searchTable(found), '', ...costLines(found), `Recorded: ${recorded}`].join('\n'));
  assertAllFinished(plan.name, outcomes, results);
}

/** Arms that differ in nothing that a search run has share it. */
function distinct(trials: readonly Trial[]) {
  return [...new Map(trials.map(({ cell }) => [runIdOf(cell), cell])).values()];
}

function trialFacts({ arm, key, value, seed, task, score, isChosen, record }: Trial) {
  return { arm, key, value, seed, task, score: score ?? null, isChosen, status: record?.status ?? 'not run' };
}

function searchTable(trials: readonly Trial[]): string {
  const [{ key, task }] = trials as [Trial];
  const rows = trials.map(({ arm, value, seed, score, isChosen, record }) => [
    ...[arm, String(value), String(seed)],
    percent(score),
    isChosen ? 'chosen' : '',
    record?.status ?? 'not run',
  ]);
  return textTable(['arm', key, 'seed', task, '', 'status'], rows);
}

function costLines(trials: readonly Trial[]): string[] {
  const records = new Map(trials.map(({ record }) => [record?.runId, record]));
  const seconds = [...records.values()].reduce(
    (sum, record) => sum + (record?.progress?.elapsedSeconds ?? 0),
    0,
  );
  const flops = [...records.values()].reduce((sum, record) => sum + (record?.progress?.flops ?? 0), 0);
  return [
    `The search cost ${flops.toExponential(2)} FLOPs, ${(seconds / 60).toFixed(1)} minutes of training.`,
  ];
}
