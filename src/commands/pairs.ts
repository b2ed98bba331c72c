/** electra-lab pairs: how often a run's networks prefer the better sentence of two. */
import { basename, dirname, join, resolve } from 'node:path';
import type { CommandModule } from 'yargs';
import { lockFolder } from '../base/folder-lock.ts';
import { resolveConfig } from '../config/resolve.ts';
import type { RunConfig } from '../config/schema.ts';
import { prepareData } from '../data/prepared.ts';
import { selectPairSets } from '../downstream/pairs/pair-sets.ts';
import type { PairsRow } from '../downstream/pairs/pairs-table.ts';
import type { EngineChoice } from '../engine/engines.ts';
import type { Engine } from '../engine/program.ts';
import { scoreAt, scorePairs, scoreUntrained } from '../experiment/pairs-checkpoints.ts';
import { createRunModel } from '../experiment/run.ts';
import { assertSameText, checkpointOf, findRun, recordOf, type StoredRun } from '../experiment/stored-run.ts';
import { assembleTables } from '../experiment/tables.ts';
import { loadWeights } from '../training/checkpoint.ts';
import { showPreparation } from '../training/preparation-progress.ts';
import type { Progress } from '../training/progress.ts';
import { known, open, presetsFolder, print, printJson, progressFor } from './command.ts';
import { interruptSignal } from './interrupt.ts';
import {
  cacheOption,
  engineOption,
  jsonOption,
  oneText,
  textList,
  threadsOption,
  wholeNumber,
} from './options.ts';
import { pairsSummary } from './pairs-summary.ts';

interface PairsArguments {
  runs: string[];
  sets: string[];
  blimp?: string;
  most?: number;
  at: string[];
  engine: EngineChoice;
  threads: number;
  cache: string;
  json: boolean;
  quiet: boolean;
}

export const pairsCommand: CommandModule<object, PairsArguments> = {
  command: 'pairs <runs..>',
  describe: 'score minimal pairs: how often the better sentence of two scores higher',
  builder: (yargs) =>
    yargs
      .positional('runs', {
        ...{ type: 'string', array: true, demandOption: true },
        describe: 'folders of runs, or of one of their checkpoints',
      })
      .option('sets', textList('--sets', "offline, blimp [default: the run's pairs.sets, or offline]"))
      .option('blimp', {
        ...{ type: 'string', requiresArg: true, coerce: oneText('--blimp') },
        describe: "folder of BLiMP's .jsonl files, which are then scored too",
      })
      .option('most', {
        requiresArg: true,
        coerce: (value) => (value === undefined ? value : wholeNumber('--most')(value)),
        describe: "pairs of each paradigm of BLiMP [default: the run's pairs.most]",
      })
      .option('at', textList('--at', 'fractions of training at which a checkpoint was kept: --at 0.25,0.5'))
      .option('engine', engineOption)
      .option('threads', threadsOption)
      .option('cache', cacheOption)
      .option('json', jsonOption)
      .example('$0 pairs RUN', 'pairs made of text that no run pre-trains on')
      .example('$0 pairs RUN RUN --blimp blimp --most 1000', 'all of BLiMP as well')
      .epilogue(
        "The untrained networks are scored beside. What a discriminator's score means: docs/minimal-pairs.md.",
      ) as never,
  handler: execute,
};

interface Tools extends Pick<PairsArguments, 'cache'> {
  engine: Engine;
  progress: Progress;
  signal: AbortSignal;
}

async function execute(args: PairsArguments): Promise<void> {
  const runs = args.runs.map(findRun).map((stored) => ({ stored, config: configOf(stored, args) }));
  // Files that are broken are better known before the first run than after it.
  for (const { config } of runs) selectPairSets(config.pairs);
  const progress = progressFor(args);
  const { listen, release } = interruptSignal();
  try {
    const { engine } = await open(args.engine, args.threads);
    const tools = { cache: args.cache, engine, progress, signal: listen() };
    const rows: PairsRow[] = [];
    for (const { stored, config } of runs) rows.push(...(await scoreRun(stored, config, tools)));
    progress.stop();
    report(
      runs.map(({ stored }) => stored.folder),
      args,
      rows,
    );
  } finally {
    progress.stop();
    release();
  }
}

/** The run's configuration with the pairs that were asked for. */
function configOf(stored: StoredRun, { sets, blimp, most, at }: PairsArguments): RunConfig {
  const resolveWith = (set: string[]) => resolveConfig(stored.configFile, { set, known, presetsFolder });
  const options = [
    ...(blimp ? [`pairs.blimpDir=${JSON.stringify(blimp)}`] : []),
    ...(most ? [`pairs.most=${most}`] : []),
    ...(at.length > 0 ? [`pairs.at=[${at.join(',')}]`] : []),
  ];
  const own = resolveWith(options).pairs.sets;
  const usual = [...(own.length > 0 ? own : ['offline']), ...(blimp ? ['blimp'] : [])];
  const wanted = [...new Set(sets.length > 0 ? sets : usual)];
  return resolveWith([...options, `pairs.sets=${JSON.stringify(wanted)}`]);
}

/** @returns the rows of the checkpoints and sets that were asked for, those that were there already too */
async function scoreRun(stored: StoredRun, config: RunConfig, tools: Tools): Promise<PairsRow[]> {
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
    if (isNamed(stored)) {
      await scoreUntrained(context);
      await scoreAt(context, last, last.step / (record.progress?.step ?? last.step));
    } else await scorePairs(context, last);
    const sets = selectPairSets(config.pairs);
    return record.pairs.filter(({ set, version }) =>
      sets.some((asked) => asked.name === set && asked.version === version),
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
function report(folders: readonly string[], { json, quiet }: PairsArguments, rows: PairsRow[]): void {
  const inResults = folders.filter((folder) => basename(dirname(resolve(folder))) === 'runs');
  const results = [...new Set(inResults.map((folder) => join(folder, '..', '..')))];
  for (const folder of results) assembleTables(folder);
  if (json) {
    printJson({ runs: folders, rows });
    return;
  }
  const others = folders.filter((folder) => !inResults.includes(folder));
  const files = [
    ...results.map((folder) => `${folder}/pairs.csv`),
    ...others.map((folder) => `${folder}/run.json`),
  ];
  print(['', ...pairsSummary(rows, { explains: !quiet }), `Results: ${files.join(', ')}`].join('\n'));
}
