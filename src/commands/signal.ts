/** electra-lab signal: which measurements can decide an experiment, from pilot runs. */
import type { CommandModule } from 'yargs';
import { ConfigError, explain } from '../base/errors.ts';
import { runIdOf } from '../config/run-id.ts';
import { type Pilot, pilotsOf } from '../experiment/signal.ts';
import { signalRows, writeSignal } from '../experiment/signal-table.ts';
import { assertSearchedAlike } from '../experiment/tuning.ts';
import { assembleTables } from '../results/tables.ts';
import { print, printJson } from './command.ts';
import {
  type ExperimentArguments,
  type OpenedExperiment,
  openExperiment,
  withExperimentOptions,
} from './experiment-options.ts';
import { jsonOption } from './options.ts';
import { signalSummary } from './signal-summary.ts';
import {
  assertAllFinished,
  executeCells,
  type ProcessArguments,
  showStates,
  withProcessOptions,
} from './sweep.ts';
import { untunedNotes } from './sweep-notes.ts';

interface SignalArguments extends ExperimentArguments, ProcessArguments {
  read: boolean;
  dryRun: boolean;
  json: boolean;
}

export const signalCommand: CommandModule<object, SignalArguments> = {
  command: 'signal <experiment>',
  describe: 'say which measurements can decide: gain from training over spread between seeds, by pilot runs',
  builder: (yargs) =>
    withProcessOptions(withExperimentOptions(yargs))
      .option('read', {
        type: 'boolean',
        default: false,
        describe: 'train nothing: of the pilots that are there',
      })
      .option('dry-run', { type: 'boolean', default: false, describe: 'say what would be run, and stop' })
      .option('json', jsonOption)
      .example('$0 signal mine.yaml --jobs 2', 'a short and a long run of each arm, on seeds of their own')
      .example('$0 signal mine.yaml --read', 'the table again') as never,
  handler: execute,
};

async function execute(args: SignalArguments): Promise<void> {
  const opened = openExperiment(args);
  const { plan, results, trials } = opened;
  const pilots = pilotsOf(plan, trials, results);
  if (pilots.length === 0) {
    const remedy =
      'add `signal` with seeds, short and long: { seeds: [900, 901], short: { training: { steps: 500 } }, … }';
    throw new ConfigError(explain(plan.file, 'pilot runs', 'none', remedy));
  }
  if (args.dryRun) return showStates(distinct(pilots), results, args);
  const outcomes = args.read ? [] : await train(opened, pilots, args);
  const rows = signalRows(pilotsOf(plan, trials, results), plan.content.primary);
  if (rows.length === 0) {
    const remedy = 'run the same command without --read';
    throw new ConfigError(explain(`${plan.name}: signal`, 'long pilots that have ended', 'none', remedy));
  }
  const recorded = writeSignal(results, plan.name, rows);
  if (args.json) printJson({ recorded, rows });
  else print(['', ...signalSummary(plan, pilots, rows), '', `Recorded: ${recorded}`].join('\n'));
  assertAllFinished(plan.name, outcomes, results);
}

async function train(opened: OpenedExperiment, pilots: readonly Pilot[], args: SignalArguments) {
  const { plan, trials, results } = opened;
  assertSearchedAlike(plan, trials, [...new Set(pilots.map(({ arm }) => arm))]);
  const context = { results, trials, notes: untunedNotes(opened) };
  const outcomes = await executeCells(`${plan.name}, pilots`, distinct(pilots), context, args);
  assembleTables(results);
  return outcomes;
}

/** Arms that differ in nothing share their pilots. */
function distinct(pilots: readonly Pilot[]) {
  return [...new Map(pilots.map(({ cell }) => [runIdOf(cell), cell])).values()];
}
