/** electra-lab signal: which measurements can decide an experiment, from pilot runs. */
import type { CommandModule } from 'yargs';
import { ConfigError, explain } from '../base/errors.ts';
import { groupBy } from '../base/group.ts';
import { runIdOf } from '../config/run-id.ts';
import type { ExperimentPlan } from '../experiment/experiment-file.ts';
import { type Pilot, type PilotLength, pilotsOf } from '../experiment/signal.ts';
import { doubtsAbout, signalRows, writeSignal } from '../experiment/signal-table.ts';
import { assertSearchedAlike } from '../experiment/tuning.ts';
import { type Measure, measureNamed, show } from '../report/metric-display.ts';
import type { SignalRow } from '../results/columns/signal-columns.ts';
import { assembleTables } from '../results/tables.ts';
import { detectableDifference } from '../statistics/power.ts';
import { print, printJson } from './command.ts';
import {
  assertAllFinished,
  executeCells,
  type ProcessArguments,
  showStates,
  untunedNotes,
  withProcessOptions,
} from './execute-cells.ts';
import {
  type ExperimentArguments,
  type OpenedExperiment,
  openExperiment,
  withExperimentOptions,
} from './experiment-options.ts';
import { jsonOption } from './options.ts';
import { textTable } from './text-table.ts';

interface SignalArguments extends ExperimentArguments, ProcessArguments {
  read: boolean;
  dryRun: boolean;
  json: boolean;
}

export const signalCommand: CommandModule<object, SignalArguments> = {
  command: 'signal <experiment>',
  describe:
    'find out which measurements can decide an experiment, from pilot runs: gain from training over spread between seeds',
  builder: (yargs) =>
    withProcessOptions(withExperimentOptions(yargs))
      .option('read', {
        type: 'boolean',
        default: false,
        describe: 'train nothing; read the pilot runs that exist',
      })
      .option('dry-run', { type: 'boolean', default: false, describe: 'print what would be run, and stop' })
      .option('json', jsonOption)
      .example(
        '$0 signal mine.yaml --jobs 2',
        'a short and a long run of each arm, on seeds that are not reported',
      )
      .example('$0 signal mine.yaml --read', 'prints the table again') as never,
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

/** For an experiment whose own number of seeds finds nothing. */
const usualSeeds = 8;

/** Lines to print. @param rows at least one */
function signalSummary(
  { seeds, content }: Pick<ExperimentPlan, 'seeds' | 'content'>,
  pilots: readonly Pilot[],
  rows: readonly SignalRow[],
): string[] {
  const count = seeds.length > 1 ? seeds.length : usualSeeds;
  const tables = [...groupBy(mostSignalFirst(rows), ({ arm }) => arm)].flatMap(([arm, own]) => [
    armTitle(arm, pilots),
    tableOf(own, count),
    '',
  ]);
  const primary = content.primary?.metric;
  const doubts = primary === undefined ? [] : doubtsAbout(primary, content.signal!.atLeast, rows);
  return [...tables, ...legend(rows, count), ...doubts.map((doubt) => `Warning: primary: ${doubt}`)];
}

function armTitle(arm: string, pilots: readonly Pilot[]): string {
  const own = pilots.filter((pilot) => pilot.arm === arm);
  const stepsOf = (length: PilotLength) => {
    const { record, cell } = own.find((pilot) => pilot.length === length)!;
    return (record?.progress?.step ?? cell.training.steps).toLocaleString('en-US');
  };
  const seeds = [...new Set(own.map(({ seed }) => seed))].join(', ');
  return `${arm}: ${stepsOf('short')} steps against ${stepsOf('long')}, seeds ${seeds}`;
}

/** In one order for all arms: by the arm in which a measurement has least. */
function mostSignalFirst(rows: readonly SignalRow[]): SignalRow[] {
  const least = new Map(
    [...groupBy(rows, ({ metric }) => metric)].map(([metric, own]) => [
      metric,
      Math.min(...own.map(({ signalFromShort }) => signalFromShort ?? -Infinity)),
    ]),
  );
  // The difference of two infinities is no number.
  const orderOf = (row: SignalRow) => Math.max(least.get(row.metric)!, -Number.MAX_VALUE / 4);
  return rows.toSorted((a, b) => orderOf(b) - orderOf(a));
}

function tableOf(rows: readonly SignalRow[], count: number): string {
  const header = ['measurement', 'untrained', 'short', 'long', 'floor', 'sd', 'S/N', `n = ${count}`, 's'];
  const cells = rows.map((row) => {
    const { metric, isAboveFloor, spread, signalFromShort, seconds } = row;
    const shown = (value: number | undefined) => plain(measureNamed(metric), value);
    return [
      metric,
      shown(row.untrained),
      shown(row.short),
      shown(row.long),
      isAboveFloor === undefined ? '' : isAboveFloor ? 'above' : 'at it',
      shown(spread?.standardDeviation),
      signalFromShort?.toFixed(1) ?? '',
      shown(spread && detectableDifference(spread.standardDeviation, count)),
      seconds?.toFixed(0) ?? '',
    ];
  });
  return textTable(header, cells);
}

/** Fractions in percent without the sign, so that the table stays narrow. */
function plain(measure: Measure, value: number | undefined): string {
  if (value === undefined) return '';
  return measure.unit === 'fraction' ? (100 * value).toFixed(1) : show(measure, value);
}

function legend(rows: readonly SignalRow[], count: number): string[] {
  const degrees = rows.flatMap(({ spread }) => spread?.degrees ?? []);
  const most = degrees.length > 0 ? Math.max(...degrees) : 0;
  const failed = Math.max(...rows.map(({ failedToLearn }) => failedToLearn));
  return [
    'untrained, short, long: means over seeds; accuracies and scores in percent.',
    'floor: whether the long runs score above their untrained encoders and trivial baselines.',
    `sd: between seeds of one arm and length, pooled (at most ${most} degrees of freedom).`,
    `S/N: gain from short to long over sd; n = ${count}: the difference that this many seeds detect.`,
    's: seconds to measure one run.',
    ...(failed > 0 ? [`Up to ${failed} pilots of an arm failed to learn; signal.csv says which arm's.`] : []),
  ];
}
