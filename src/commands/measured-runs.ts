/** What `probe` and `pairs` do alike: their options, runs one after another under their locks, and the tables around them. */
import { basename, dirname, join, resolve } from 'node:path';
import type { Argv } from 'yargs';
import { lockFolder } from '../base/folder-lock.ts';
import { resolveConfig } from '../config/resolve.ts';
import type { RunConfig } from '../config/schema.ts';
import { prepareData } from '../data/preparation/prepared-data.ts';
import { precisionOf } from '../engine/engines.ts';
import { showPreparation } from '../progress/progress.ts';
import { assertSameText, checkpointOf, findRun, recordOf, type StoredRun } from '../results/stored-run.ts';
import { assembleTables } from '../results/tables.ts';
import type { MeasurementContext } from '../run/measured-checkpoints.ts';
import { assertPrecision } from '../run/one-precision.ts';
import { loadWeights } from '../training/checkpoint.ts';
import { createRunModel } from '../training/run-model.ts';
import {
  type EngineArguments,
  interruptSignal,
  known,
  open,
  presetsFolder,
  print,
  printJson,
  progressFor,
} from './command.ts';
import {
  cacheOption,
  engineOption,
  jsonOption,
  precisionOption,
  textList,
  threadsOption,
} from './options.ts';

export interface MeasuredRunsArguments extends EngineArguments {
  runs: string[];
  at: string[];
  cache: string;
  json: boolean;
  quiet: boolean;
}

export function withRunsOptions(yargs: Argv): Argv {
  return yargs
    .positional('runs', {
      type: 'string',
      array: true,
      demandOption: true,
      describe: 'folders of runs, or of one of their checkpoints',
    })
    .option('at', textList('--at', 'fractions of training at which a checkpoint was kept: --at 0.25,0.5'))
    .option('engine', engineOption)
    .option('threads', threadsOption)
    .option('precision', precisionOption)
    .option('cache', cacheOption)
    .option('json', jsonOption) as Argv;
}

/** A run that is asked for, with its configuration and what it is to be measured by. */
export interface AskedRun {
  stored: StoredRun;
  config: RunConfig;
}

/** A run's configuration with some keys changed. @param set options like `probe.at=[0.5]` */
export function storedConfig({ configFile }: StoredRun, set: string[]): RunConfig {
  return resolveConfig(configFile, { set, known, presetsFolder });
}

/** An asked run with its last or its named checkpoint's weights. */
export interface OpenedRun extends MeasurementContext {
  /** Whether a checkpoint was named, and not its run: then it and the untrained networks are all that is measured. */
  isNamed: boolean;
}

/** Measures runs in turn. @returns the rows of all */
export async function measureRuns<Row>(
  runs: readonly AskedRun[],
  args: MeasuredRunsArguments,
  measure: (run: OpenedRun) => Promise<Row[]>,
): Promise<Row[]> {
  const progress = progressFor(args);
  const { listen, release } = interruptSignal();
  try {
    const { engine } = await open(args);
    const tools = { cacheFolder: args.cache, engine, progress, signal: listen() };
    const rows: Row[] = [];
    for (const run of runs) rows.push(...(await measureLocked(run, tools, measure)));
    return rows;
  } finally {
    progress.stop();
    release();
  }
}

async function measureLocked<Row>(
  { stored, config }: AskedRun,
  tools: Pick<MeasurementContext, 'cacheFolder' | 'engine' | 'progress' | 'signal'>,
  measure: (run: OpenedRun) => Promise<Row[]>,
): Promise<Row[]> {
  const unlock = lockFolder(stored.folder);
  try {
    // Not before the lock: another process may have been adding scores.
    const record = recordOf(stored);
    assertPrecision(stored.folder, record, precisionOf(tools.engine.description));
    const { cacheFolder, progress } = tools;
    const path = checkpointOf(stored, progress.note);
    const data = await prepareData(config.data, { cacheFolder, ...showPreparation(progress) });
    assertSameText(stored, data.hash);
    const model = createRunModel(config, data);
    const checkpoint = loadWeights(path, model.plans, model.store);
    const { folder } = stored;
    const isNamed = stored.checkpoint !== findRun(folder).checkpoint;
    return await measure({ ...tools, folder, record, config, ...model, data, checkpoint, isNamed });
  } finally {
    unlock();
  }
}

/**
 * Rebuilds the tables around the runs and shows what was asked for, also what was scored before.
 *
 * @param table the name of the table that has the rows, such as `probe.csv`
 */
export function reportScores<Row>(
  { runs, json }: MeasuredRunsArguments,
  rows: readonly Row[],
  { table, summary }: { table: string; summary: readonly string[] },
): void {
  const folders = runs.map((run) => findRun(run).folder);
  const inResults = folders.filter((folder) => basename(dirname(resolve(folder))) === 'runs');
  const results = [...new Set(inResults.map((folder) => join(folder, '..', '..')))];
  for (const folder of results) assembleTables(folder);
  if (json) {
    printJson({ runs: folders, rows });
    return;
  }
  const others = folders.filter((folder) => !inResults.includes(folder));
  const files = [
    ...results.map((folder) => `${folder}/${table}`),
    ...others.map((folder) => `${folder}/run.json`),
  ];
  print(['', ...summary, `Results: ${files.join(', ')}`].join('\n'));
}

/** The score of the untrained networks that a score stands beside. @param same columns in which they agree */
export function untrainedOf<Row extends { checkpointStep: number }>(
  row: Row,
  rows: readonly Row[],
  same: readonly (keyof Row)[],
): Row | undefined {
  return rows.find((other) => other.checkpointStep === 0 && same.every((key) => other[key] === row[key]));
}
