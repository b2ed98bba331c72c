/** electra-lab probe: what a run's frozen encoder holds, read by linear models. */
import type { CommandModule } from 'yargs';
import { percent } from '../base/percent.ts';
import type { RunConfig } from '../config/schema.ts';
import type { ProbeRow } from '../downstream/probe/probe-table.ts';
import { suites } from '../downstream/tasks/registry.ts';
import { loadOnce } from '../downstream/tasks/task.ts';
import { findRun, type StoredRun } from '../results/stored-run.ts';
import { probedTasks, probeRun, probeUntrained } from '../run/probe-checkpoints.ts';
import { probeMissing, versionOf } from '../run/run-probes.ts';
import {
  type MeasuredRunsArguments,
  measureRuns,
  type OpenedRun,
  reportScores,
  storedConfig,
  untrainedOf,
  withRunsOptions,
} from './measured-runs.ts';
import { textList, textOption } from './options.ts';
import { textTable } from './text-table.ts';

interface ProbeArguments extends MeasuredRunsArguments {
  tasks: string[];
  glueDir?: string;
  layers: boolean;
}

export const probeCommand: CommandModule<object, ProbeArguments> = {
  command: 'probe <runs..>',
  describe: "fit linear models on a run's frozen encoder and score them",
  builder: (yargs) =>
    withRunsOptions(yargs)
      .option(
        'tasks',
        textList('--tasks', "names, words, offline, glue [default: the run's probe.tasks, or words]"),
      )
      .option('glue-dir', textOption('--glue-dir', 'folder of GLUE in its official layout'))
      .option('layers', { type: 'boolean', default: false, describe: 'also show each layer by itself' })
      .epilogue(`Words: ${suites.words.join(', ')}. The untrained encoder is scored as well.`)
      .example('$0 probe RUN', 'what the encoder knows of words')
      .example('$0 probe RUN RUN --tasks glue --glue-dir glue', 'what it knows of sentences') as never,
  handler: execute,
};

async function execute(args: ProbeArguments): Promise<void> {
  const runs = args.runs.map(findRun).map((stored) => ({ stored, config: configOf(stored, args) }));
  // Files that are broken are better known before the first run than after it.
  for (const { config } of runs) for (const task of probedTasks(config)) loadOnce(task, config.finetune);
  const rows = await measureRuns(runs, args, probeOpened);
  const summary = probeSummary(rows, { layers: args.layers, explains: !args.quiet });
  reportScores(args, rows, { table: 'probe.csv', summary });
}

/** The run's configuration with the probes that were asked for. */
function configOf(stored: StoredRun, { tasks, glueDir, at }: ProbeArguments): RunConfig {
  const options = [
    ...(glueDir ? [`finetune.glueDir=${JSON.stringify(glueDir)}`] : []),
    ...(at.length > 0 ? [`probe.at=[${at.join(',')}]`] : []),
  ];
  const own = storedConfig(stored, options).probe.tasks;
  const usual = own.length > 0 ? own : ['words'];
  return storedConfig(stored, [
    ...options,
    `probe.tasks=${JSON.stringify(tasks.length > 0 ? tasks : usual)}`,
  ]);
}

/** @returns the rows of the tasks that were asked for, those that were there already too */
async function probeOpened({ isNamed, ...run }: OpenedRun): Promise<ProbeRow[]> {
  const tasks = probedTasks(run.config);
  if (isNamed) {
    await probeUntrained(run);
    await probeMissing({ ...run, tasks });
  } else await probeRun(run, run.checkpoint);
  const isAsked = (row: ProbeRow) =>
    tasks.some((task) => task.name === row.task && versionOf(task) === row.version);
  return run.record.probe.filter(isAsked);
}

/** Lines to print: a table with one line per checkpoint, task and metric, and what its columns mean. */
function probeSummary(
  rows: readonly ProbeRow[],
  { layers, explains }: { layers: boolean; explains: boolean },
): string[] {
  const shown = rows.filter((row) => row.checkpointStep > 0 && (layers || row.layers === 'all'));
  const header = ['arm', 'step', 'task', ...(layers ? ['layers'] : []), 'metric', 'score', '±'];
  const cells = shown.map((row) => cellsOf(row, rows, layers));
  return [
    textTable([...header, 'untrained', 'word', 'bag', 'commonest'], cells),
    '',
    ...(explains ? [legend] : []),
  ];
}

const legend = [
  'score: what a linear model on the frozen encoder scores on reserved text. ±: its standard error over documents.',
  'untrained: the same encoder with its initial weights. bag: a bag of words.',
  "word: always the word's own commonest label. commonest: always the commonest label. probe.csv has every layer.",
].join(' ');

function cellsOf(row: ProbeRow, rows: readonly ProbeRow[], layers: boolean): string[] {
  const untrained = untrainedOf(row, rows, ['runId', 'task', 'part', 'layers', 'metric', 'version']);
  const { name, checkpointStep, task, part, metric, score, standardError } = row;
  const where = part === 'dev' ? task : `${task}, ${part}`;
  return [
    name,
    String(checkpointStep),
    where,
    ...(layers ? [row.layers] : []),
    metric,
    ...[score, standardError, untrained?.score].map(shownPercent),
    ...[row.wordIdentityScore, row.bagOfWordsScore, row.majorityScore].map(shownPercent),
  ];
}

function shownPercent(value: number | undefined): string {
  return value === undefined ? '' : percent(value);
}
