/** electra-lab probe: what a run's frozen encoder holds, read by linear models. */
import { basename, dirname, join, resolve } from 'node:path';
import type { CommandModule } from 'yargs';
import { lockFolder } from '../base/folder-lock.ts';
import { resolveConfig } from '../config/resolve.ts';
import type { RunConfig } from '../config/schema.ts';
import { prepareData } from '../data/prepared.ts';
import type { ProbeRow } from '../downstream/probe/probe-table.ts';
import type { EngineChoice } from '../engine/engines.ts';
import type { Engine } from '../engine/program.ts';
import { probedTasks, probeRun, probeUntrained } from '../experiment/probe-checkpoints.ts';
import { createRunModel } from '../experiment/run.ts';
import { probeMissing, versionOf } from '../experiment/run-probes.ts';
import { assertSameText, checkpointOf, findRun, recordOf, type StoredRun } from '../experiment/stored-run.ts';
import { assembleTables } from '../experiment/tables.ts';
import { loadOnce } from '../finetune/loaded-task.ts';
import { suites } from '../finetune/registry.ts';
import { loadWeights } from '../training/checkpoint.ts';
import { showPreparation } from '../training/preparation-progress.ts';
import type { Progress } from '../training/progress.ts';
import { known, open, presetsFolder, print, printJson, progressFor } from './command.ts';
import { interruptSignal } from './interrupt.ts';
import { cacheOption, engineOption, jsonOption, oneText, textList, threadsOption } from './options.ts';
import { probeSummary } from './probe-summary.ts';

interface ProbeArguments {
  runs: string[];
  tasks: string[];
  glueDir?: string;
  at: string[];
  layers: boolean;
  engine: EngineChoice;
  threads: number;
  cache: string;
  json: boolean;
  quiet: boolean;
}

export const probeCommand: CommandModule<object, ProbeArguments> = {
  command: 'probe <runs..>',
  describe: "fit linear models on a run's frozen encoder and score them",
  builder: (yargs) =>
    yargs
      .positional('runs', {
        ...{ type: 'string', array: true, demandOption: true },
        describe: 'folders of runs, or of one of their checkpoints',
      })
      .option(
        'tasks',
        textList('--tasks', "names, words, offline, glue [default: the run's probe.tasks, or words]"),
      )
      .option('glue-dir', {
        ...{ type: 'string', requiresArg: true, coerce: oneText('--glue-dir') },
        describe: 'folder of GLUE in its official layout',
      })
      .option('at', textList('--at', 'fractions of training at which a checkpoint was kept: --at 0.25,0.5'))
      .option('layers', { type: 'boolean', default: false, describe: 'show each layer by itself, too' })
      .option('engine', engineOption)
      .option('threads', threadsOption)
      .option('cache', cacheOption)
      .option('json', jsonOption)
      .epilogue(`Words: ${suites.words.join(', ')}. The untrained encoder is scored beside.`)
      .example('$0 probe RUN', 'what the encoder knows of words')
      .example('$0 probe RUN RUN --tasks glue --glue-dir glue', 'and of sentences') as never,
  handler: execute,
};

interface Tools extends Pick<ProbeArguments, 'cache'> {
  engine: Engine;
  progress: Progress;
  signal: AbortSignal;
}

async function execute(args: ProbeArguments): Promise<void> {
  const runs = args.runs.map(findRun).map((stored) => ({ stored, config: configOf(stored, args) }));
  // Files that are broken are better known before the first run than after it.
  for (const { config } of runs) for (const task of probedTasks(config)) loadOnce(task, config.finetune);
  const progress = progressFor(args);
  const { listen, release } = interruptSignal();
  try {
    const { engine } = await open(args.engine, args.threads);
    const tools = { cache: args.cache, engine, progress, signal: listen() };
    const rows: ProbeRow[] = [];
    for (const { stored, config } of runs) rows.push(...(await probeStored(stored, config, tools)));
    progress.stop();
    const folders = runs.map(({ stored }) => stored.folder);
    report(folders, args, rows);
  } finally {
    progress.stop();
    release();
  }
}

/** The run's configuration with the probes that were asked for. */
function configOf(stored: StoredRun, { tasks, glueDir, at }: ProbeArguments): RunConfig {
  const resolveWith = (set: string[]) => resolveConfig(stored.configFile, { set, known, presetsFolder });
  const options = [
    ...(glueDir ? [`finetune.glueDir=${JSON.stringify(glueDir)}`] : []),
    ...(at.length > 0 ? [`probe.at=[${at.join(',')}]`] : []),
  ];
  const own = resolveWith(options).probe.tasks;
  const usual = own.length > 0 ? own : ['words'];
  return resolveWith([...options, `probe.tasks=${JSON.stringify(tasks.length > 0 ? tasks : usual)}`]);
}

/** @returns the rows of the tasks that were asked for, those that were there already too */
async function probeStored(stored: StoredRun, config: RunConfig, tools: Tools): Promise<ProbeRow[]> {
  const { cache: cacheFolder, progress } = tools;
  const unlock = lockFolder(stored.folder);
  try {
    // Not before the lock: another process may have been adding scores.
    const record = recordOf(stored);
    const data = await prepareData(config.data, { cacheFolder, ...showPreparation(progress) });
    assertSameText(stored, data.hash);
    const model = createRunModel(config, data);
    const last = loadWeights(checkpointOf(stored), model.plans, model.store);
    const context = { ...tools, cacheFolder, folder: stored.folder, record, config, ...model, data };
    const tasks = probedTasks(config);
    if (isNamed(stored)) {
      await probeUntrained(context);
      await probeMissing({ ...context, tasks, checkpoint: last });
    } else await probeRun(context, last);
    return record.probe.filter((row) =>
      tasks.some((task) => task.name === row.task && versionOf(task) === row.version),
    );
  } finally {
    unlock();
  }
}

/** Whether a checkpoint was named, and not its run. */
function isNamed({ folder, checkpoint }: StoredRun): boolean {
  return checkpoint !== undefined && checkpoint !== findRun(folder).checkpoint;
}

/** Rebuilds the tables around the runs and shows what was asked for, also what was scored before. */
function report(folders: readonly string[], { json, layers, quiet }: ProbeArguments, rows: ProbeRow[]): void {
  const inResults = folders.filter((folder) => basename(dirname(resolve(folder))) === 'runs');
  const results = [...new Set(inResults.map((folder) => join(folder, '..', '..')))];
  for (const folder of results) assembleTables(folder);
  if (json) {
    printJson({ runs: folders, rows });
    return;
  }
  const others = folders.filter((folder) => !inResults.includes(folder));
  const files = [
    ...results.map((folder) => `${folder}/probe.csv`),
    ...others.map((folder) => `${folder}/run.json`),
  ];
  const summary = probeSummary(rows, { layers, explains: !quiet });
  print(['', ...summary, `Results: ${files.join(', ')}`].join('\n'));
}
